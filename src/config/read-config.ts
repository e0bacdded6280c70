import type { LogOptions } from '../log.ts'
import type { Option, Options, Values } from '../options/option.ts'
import { idleCollectors, type Settings, wantedCollectors } from '../options/switches.ts'
import { formatDuration } from '../options/value-kinds.ts'
import type { Credentials } from '../targets/address.ts'
import { type AclUser, aclText } from './acl.ts'
import { type AllOptions, allOptions, type Configurable } from './all-options.ts'
import { helpText, parseCommandLine } from './command-line.ts'
import { type AllGiven, contradiction, type Environment, findGiven } from './given.ts'
import { options } from './options.ts'
import { filePassword } from './password-file.ts'
import type { refusedOptions } from './refused-options.ts'
import { shownText } from './shown-text.ts'
import { title } from './title.ts'
import { type ReadFile, tlsFileMistakes } from './tls-files.ts'
import { idleSwitches, unreadOptions, warningsOf } from './warnings.ts'

const minute = 60_000

/** The settings as they hold, beside those that only collectors know; times in milliseconds. */
export interface OwnConfig extends Omit<Values<typeof options>, Followed | Combined | Refused> {
  /** From the address, unless given on their own. */
  readonly credentials: Credentials
  /** Where the namespace comes from, such as NAMESPACE; undefined when nobody set it. */
  readonly namespaceFrom: string | undefined
  readonly log: LogOptions
  readonly pollTimeout: number
  readonly pollMaxAge: number
  readonly scanInterval: number
  /** Undefined where it follows from how long the last walk or slow poll took. */
  readonly scanMaxAge: number | undefined
  /** What to tell whoever starts us. */
  readonly warnings: readonly string[]
}

export interface Config extends OwnConfig {
  /** The settings of the target by the keys of their options, those of its collectors too; no secrets. */
  readonly settings: Settings & Pick<OwnConfig, keyof OwnConfig & OfTarget>
}

type OfTarget = Exclude<
  {
    [K in keyof typeof options]: (typeof options)[K] extends { scope: 'target' } ? K : never
  }[keyof typeof options],
  'address'
>

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
export type CollectorOfConfig = Configurable & AclUser

/** Flag beats environment beats default. All mistakes come at once; none shows a secret. */
export function readConfig({ args, env, collectors, readFile }: Surroundings): Request {
  const table = allOptions(collectors)
  const all = Object.values(table)
  const commandLine = parseCommandLine(args, all)
  if (commandLine.help) return { kind: 'help', text: helpText(all) }
  if (commandLine.version) return { kind: 'version' }

  const mistakes = [...commandLine.mistakes]
  const given = (option: Option) => findGiven(option, commandLine, env)
  const values = readAll<AllOptions>(table, given, mistakes)
  const pollTimeout = values.pollTimeout ?? Math.min(10_000, values.pollInterval)
  const pollMaxAge = values.pollMaxAge ?? 3 * values.pollInterval
  const scanInterval = values.scanInterval ?? Math.max(minute, values.pollInterval)
  const { scanMaxAge } = values
  mistakes.push(
    ...ageMistakes(options.pollMaxAge, pollMaxAge, values.pollInterval, 'poll'),
    ...ageMistakes(options.scanMaxAge, scanMaxAge ?? Infinity, scanInterval, 'scan'),
  )
  // Whoever asks for --acl need not be where the files are.
  const readNamed = commandLine.acl ? undefined : readFile
  if (readNamed)
    mistakes.push(
      ...tlsFileMistakes(tlsFiles(values), readNamed),
      ...Object.entries(table).flatMap(([key, one]) => fileMistakes(one, values[key], readNamed)),
    )
  const password = readNamed && passwordOfFile(values, readNamed, mistakes)
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes }
  const login = credentials(values, password)
  const followed = { pollTimeout, pollMaxAge, scanInterval, scanMaxAge }
  const config: Config = {
    ...values,
    ...followed,
    settings: ofTarget(table, { ...values, ...followed }),
    credentials: login,
    namespaceFrom: given(options.namespace).first?.by,
    log: { format: values.logFormat, level: logLevel(values) },
    warnings: warningsOf({ ...values, options: all, given, commandLine, env, credentials: login }),
  }
  if (!commandLine.acl) {
    const idle = idleCollectors(collectors, config.settings)
    const warnings = [
      ...config.warnings,
      ...idleSwitches(idle, table, given),
      ...unreadOptions(collectors, table, config.settings, given),
    ]
    return { kind: 'run', config: { ...config, warnings } }
  }
  const wanted = wantedCollectors(collectors, config.settings)
  return { kind: 'acl', text: aclText(config, values.user, wanted) }
}

// Of which options these are, the type says in the same words.
function ofTarget(table: AllOptions, values: Settings): Config['settings'] {
  const isOurs = (option: Option | undefined) => option?.scope === 'target' && !option.secret
  const ours = Object.entries(values).filter(([key]) => isOurs(table[key]))
  return Object.fromEntries(ours) as Config['settings']
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

function fileMistakes(option: Option, value: unknown, readFile: ReadFile): readonly string[] {
  const paths = value === undefined ? [] : (option.kind.files?.(value) ?? [])
  return paths
    .filter((path) => !canRead(path, readFile))
    .map((path) => `${title(option)}: ${shownText(path)} cannot be read; give files that can be`)
}

function canRead(path: string, readFile: ReadFile): boolean {
  try {
    readFile(path)
    return true
  } catch {
    return false
  }
}
