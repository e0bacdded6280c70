import type { LogOptions } from '../log.ts'
import type { Credentials } from '../targets/address.ts'
import { aclText, type CommandUser } from './acl.ts'
import { type CommandLine, helpText, parseCommandLine } from './command-line.ts'
import type { Option, Options } from './option.ts'
import { collectorOptions, options } from './options.ts'
import { secretsInFlags } from './secrets-in-flags.ts'
import { type ReadFile, tlsFileMistakes } from './tls-files.ts'
import { formatDuration } from './value-kinds.ts'

const minute = 60_000

type Read<O> = O extends { readonly kind: { read(text: string): infer T } }
  ? Exclude<T, undefined>
  : never

type Values<T extends Options> = {
  readonly [K in keyof T]: Read<T[K]> | (T[K]['default'] extends string ? never : undefined)
}

/** The settings as they hold; times in milliseconds. */
export interface Config extends Omit<Values<typeof options>, Followed | Combined> {
  /** From the address, unless given on their own. */
  readonly credentials: Credentials
  readonly log: LogOptions
  readonly pollTimeout: number
  readonly pollMaxAge: number
  readonly scanInterval: number
  /** Undefined where it follows from the length of the last scan. */
  readonly scanMaxAge: number | undefined
  /** The collectors that are switched on, by name. */
  readonly collectors: ReadonlySet<string>
  /** What to tell whoever starts us. */
  readonly warnings: readonly string[]
}

// Their defaults follow from other settings.
type Followed = 'pollTimeout' | 'pollMaxAge' | 'scanInterval' | 'scanMaxAge'
// Another setting holds them together.
type Combined = 'user' | 'password' | 'logFormat' | 'logLevel' | 'debug'

/** What the command line and the environment ask for. */
export type Request =
  | { readonly kind: 'run'; readonly config: Config }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'acl'; readonly text: string }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }

export interface Surroundings {
  /** Without the program's own name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly collectors: readonly CollectorOfConfig[]
  /** Files that settings name are looked at when they can be read. */
  readonly readFile?: ReadFile
}

/** What the configuration sees of a collector. */
export interface CollectorOfConfig extends CommandUser<Config> {
  readonly name: string
  readonly help: string
  readonly optIn?: boolean
}

/** Flag beats environment beats default. All mistakes come at once; none shows a secret. */
export function readConfig({ args, env, collectors, readFile }: Surroundings): Request {
  const collect = collectorOptions(collectors)
  const all = [...Object.values(options), ...Object.values(collect)]
  const commandLine = parseCommandLine(args, all)
  if (commandLine.help) return { kind: 'help', text: helpText(all) }
  if (commandLine.version) return { kind: 'version' }

  const mistakes = [...commandLine.mistakes]
  const read = <T extends Options>(table: T) => readAll(table, commandLine, env, mistakes)
  const values = read(options)
  const switches = read(collect)
  const pollTimeout = values.pollTimeout ?? Math.min(10_000, values.pollInterval)
  const pollMaxAge = values.pollMaxAge ?? 3 * values.pollInterval
  const scanInterval = values.scanInterval ?? Math.max(minute, values.pollInterval)
  if (pollMaxAge <= values.pollInterval) {
    const given = `"${formatDuration(pollMaxAge)}" is not accepted`
    mistakes.push(`${title(options.pollMaxAge)}: ${given}; give more than the poll interval`)
  }
  // Whoever asks for --acl need not be where the files are.
  if (readFile && !commandLine.acl)
    mistakes.push(
      ...tlsFileMistakes(tlsFiles(values), readFile),
      ...scriptMistakes(values.script ?? [], readFile),
    )
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes }
  const on = Object.entries(switches).filter(([, value]) => value)
  const names = new Set(on.map(([name]) => name))
  const config: Config = {
    ...values,
    pollTimeout,
    pollMaxAge,
    scanInterval,
    scanMaxAge: values.scanMaxAge,
    collectors: names,
    credentials: credentials(values),
    log: { format: values.logFormat, level: logLevel(values) },
    warnings: [
      ...all.flatMap((option) => warnings(option, commandLine, env)),
      ...secretsInFlags(commandLine, all),
    ],
  }
  if (!commandLine.acl) return { kind: 'run', config }
  const wanted = collectors.filter((one) => names.has(one.name) && (one.isWanted?.(config) ?? true))
  return { kind: 'acl', text: aclText(config, values.user, wanted) }
}

function tlsFiles(values: Values<typeof options>) {
  const file = (key: 'tlsCaFile' | 'tlsClientCertificateFile' | 'tlsClientKeyFile') => ({
    title: title(options[key]),
    path: values[key],
  })
  return {
    ca: file('tlsCaFile'),
    certificate: file('tlsClientCertificateFile'),
    key: file('tlsClientKeyFile'),
  }
}

function warnings(option: Option, commandLine: CommandLine, env: Surroundings['env']): string[] {
  if (!option.noEffect || givenTexts(option, commandLine, env).length === 0) return []
  return [`${title(option)} has no effect: ${option.noEffect}`]
}

function credentials({ address, user, password }: Values<typeof options>): Credentials {
  return {
    ...address.credentials,
    // Left empty, they are not given.
    ...(user ? { user } : {}),
    ...(password?.reveal() ? { password } : {}),
  }
}

function logLevel({ debug, logLevel: level }: Values<typeof options>): LogOptions['level'] {
  if (debug) return 'debug'
  return level === 'warning' ? 'warn' : level
}

function readAll<T extends Options>(
  table: T,
  commandLine: CommandLine,
  env: Surroundings['env'],
  mistakes: string[],
): Values<T> {
  const entries = Object.entries(table).map(([key, option]) => {
    const text = givenText(option, commandLine, env, mistakes) ?? option.default
    if (text === undefined) return [key, undefined]
    const value = option.kind.read(text)
    if (value === undefined) {
      const given = option.secret ? 'the value' : `"${text}"`
      mistakes.push(`${title(option)}: ${given} is not accepted; give ${option.kind.accepts}`)
    }
    return [key, value]
  })
  return Object.fromEntries(entries)
}

// Two names of one setting with different values cannot both be meant.
function givenText(
  option: Option,
  commandLine: CommandLine,
  env: Surroundings['env'],
  mistakes: string[],
): string | undefined {
  const texts = option.flags.flatMap((name) => commandLine.values.get(name) ?? [])
  if (new Set(texts).size > 1)
    mistakes.push(`${title(option)}: given twice with different values; give it once`)
  return givenTexts(option, commandLine, env)[0]
}

// The one that counts stands first.
function givenTexts(
  { flags, env: variables }: Option,
  { values }: CommandLine,
  env: Surroundings['env'],
): string[] {
  const texts = flags.flatMap((name) => values.get(name) ?? [])
  // An empty variable is what Kubernetes and Compose leave of one that was not filled in.
  return [...texts, ...variables.flatMap((name) => env[name] || [])]
}

function title({ flags, env }: Option): string {
  return `${flags.map((name) => `--${name}`).join(', ')} (${env.join(', ')})`
}

function scriptMistakes(paths: readonly string[], readFile: ReadFile): readonly string[] {
  return paths
    .filter((path) => !canRead(path, readFile))
    .map((path) => `${title(options.script)}: "${path}" cannot be read; give files that can be`)
}

function canRead(path: string, readFile: ReadFile): boolean {
  try {
    readFile(path)
    return true
  } catch {
    return false
  }
}
