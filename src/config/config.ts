import type { LogOptions } from '../log.ts'
import type { Credentials } from '../targets/address.ts'
import { aclText, type CommandUser } from './acl.ts'
import { helpText, parseCommandLine } from './command-line.ts'
import { type AllGiven, contradiction, type Environment, findGiven } from './given.ts'
import type { Option, Options } from './option.ts'
import { collectorOptions, options } from './options.ts'
import { filePassword } from './password-file.ts'
import type { refusedOptions } from './refused-options.ts'
import { shownText } from './shown-text.ts'
import { title } from './title.ts'
import { type ReadFile, tlsFileMistakes } from './tls-files.ts'
import { formatDuration } from './value-kinds.ts'
import { idleSwitches, warningsOf } from './warnings.ts'

const minute = 60_000

type Read<O> = O extends { readonly kind: { read(text: string): infer T } }
  ? Exclude<T, undefined>
  : never

type Values<T extends Options> = {
  readonly [K in keyof T]: Read<T[K]> | (T[K]['default'] extends string ? never : undefined)
}

/** The settings as they hold; times in milliseconds. */
export interface Config extends Omit<Values<typeof options>, Followed | Combined | Refused> {
  /** From the address, unless given on their own. */
  readonly credentials: Credentials
  /** The number of the database that the address names. */
  readonly database: number
  /** Where the namespace comes from, such as NAMESPACE; undefined when nobody set it. */
  readonly namespaceFrom: string | undefined
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
type Combined = 'user' | 'password' | 'passwordFile' | 'logFormat' | 'logLevel' | 'debug'
type Refused = keyof typeof refusedOptions

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
  readonly env: Environment
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
  const given = (option: Option) => findGiven(option, commandLine, env)
  const read = <T extends Options>(table: T) => readAll(table, given, mistakes)
  const values = read(options)
  const switches = read(collect)
  const pollTimeout = values.pollTimeout ?? Math.min(10_000, values.pollInterval)
  const pollMaxAge = values.pollMaxAge ?? 3 * values.pollInterval
  const scanInterval = values.scanInterval ?? Math.max(minute, values.pollInterval)
  mistakes.push(
    ...ageMistakes(options.pollMaxAge, pollMaxAge, values.pollInterval, 'poll'),
    ...ageMistakes(options.scanMaxAge, values.scanMaxAge ?? Infinity, scanInterval, 'scan'),
  )
  // Whoever asks for --acl need not be where the files are.
  const readNamed = commandLine.acl ? undefined : readFile
  if (readNamed)
    mistakes.push(
      ...tlsFileMistakes(tlsFiles(values), readNamed),
      ...scriptMistakes(values.script ?? [], readNamed),
    )
  const password = readNamed && passwordOfFile(values, readNamed, mistakes)
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes }
  const on = Object.entries(switches).filter(([, value]) => value)
  const names = new Set(on.map(([name]) => name))
  const login = credentials(values, password)
  const config: Config = {
    ...values,
    pollTimeout,
    pollMaxAge,
    scanInterval,
    scanMaxAge: values.scanMaxAge,
    collectors: names,
    credentials: login,
    database: values.address.database,
    namespaceFrom: given(options.namespace).first?.by,
    log: { format: values.logFormat, level: logLevel(values) },
    warnings: warningsOf({ ...values, options: all, given, commandLine, env, credentials: login }),
  }
  const isWanted = (one: CollectorOfConfig) => one.isWanted?.(config) ?? true
  if (!commandLine.acl) {
    const idle = collectors.filter((one) => !isWanted(one))
    const warnings = [...config.warnings, ...idleSwitches(idle, collect, given)]
    return { kind: 'run', config: { ...config, warnings } }
  }
  const wanted = collectors.filter((one) => names.has(one.name) && isWanted(one))
  return { kind: 'acl', text: aclText(config, values.user, wanted) }
}

// What vanishes before the next of its kind is due would come and go.
function ageMistakes(option: Option, age: number, interval: number, kind: string): string[] {
  // A time that cannot be read is told already, and is below nothing.
  if (!(age <= interval)) return []
  const given = `"${formatDuration(age)}" is not accepted`
  return [`${title(option)}: ${given}; give more than the ${kind} interval`]
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

type FromFile = ReturnType<typeof filePassword>

// A password that is given on its own wins, as with the Go exporter.
function passwordOfFile(
  { address, user, password, passwordFile }: Values<typeof options>,
  readFile: ReadFile,
  mistakes: string[],
): FromFile | undefined {
  if (!passwordFile || password?.reveal() || !address) return undefined
  const server = { endpoint: address.endpoint, user: user || address.credentials.user }
  const found = filePassword(() => readFile(passwordFile), server)
  if (found.mistake)
    mistakes.push(`${title(options.passwordFile)}: ${shownText(passwordFile)} ${found.mistake}`)
  return found
}

function credentials(
  { address, user, password }: Values<typeof options>,
  fromFile: FromFile | undefined,
): Credentials {
  return {
    ...address.credentials,
    ...(fromFile?.password ? { password: fromFile.password } : {}),
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
  given: (option: Option) => AllGiven,
  mistakes: string[],
): Values<T> {
  const entries = Object.entries(table).map(([key, option]) => {
    const found = given(option)
    const contrary = contradiction(option, found)
    if (contrary) mistakes.push(`${title(option)}: ${contrary}`)
    const text = found.first?.text ?? option.default
    if (text === undefined) return [key, undefined]
    const value = option.kind.read(text)
    if (value === undefined)
      mistakes.push(`${title(option)}: ${notAccepted(option, text, found.first?.by)}`)
    // An empty text and false ask for nothing.
    else if (option.refused && text !== '' && value !== false)
      mistakes.push(`${title(option)}: ${option.refused}`)
    return [key, value]
  })
  return Object.fromEntries(entries)
}

function notAccepted(option: Option, text: string, by: string | undefined): string {
  const { kind, secret, env } = option
  const why = kind.hint?.(text)
  const given = secret ? 'the value' : shownText(text)
  // Of several variables, or an alias, whoever set it wants to know which one.
  const isPlain = by === undefined || by.startsWith('--') || (env.length === 1 && env[0] === by)
  const from = isPlain ? '' : `; it comes from ${by}`
  return `${given} is not accepted${why ? `: ${why}` : ''}; give ${kind.accepts}${from}`
}

function scriptMistakes(paths: readonly string[], readFile: ReadFile): readonly string[] {
  return paths
    .filter((path) => !canRead(path, readFile))
    .map(
      (path) =>
        `${title(options.script)}: ${shownText(path)} cannot be read; give files that can be`,
    )
}

function canRead(path: string, readFile: ReadFile): boolean {
  try {
    readFile(path)
    return true
  } catch {
    return false
  }
}
