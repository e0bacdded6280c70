import type { LogOptions } from '../log.ts'
import type { Option, Options, Values } from '../options/option.ts'
import { idleCollectors, wantedCollectors } from '../options/switches.ts'
import { type Address, formatEndpoint } from '../targets/address.ts'
import { addressClash, withoutRepeated } from '../targets/address-list.ts'
import type { ListenOn } from '../targets/listen-address.ts'
import { tryPasswordFile } from '../targets/password-file.ts'
import type { Shard } from '../targets/shard.ts'
import type { Login } from '../targets/wanted-target.ts'
import { type AclUser, aclText, discoveryUser } from './acl.ts'
import { type AllOptions, allOptions, type Configurable } from './all-options.ts'
import { helpText, parseCommandLine } from './command-line.ts'
import { type AllGiven, contradiction, createGiven, type Environment } from './given.ts'
import { settleListening } from './listen-settings.ts'
import {
  createLogin,
  isUserAlone,
  type LoginSettings,
  loginMistakeOf,
  noPasswords,
  type PasswordReaders,
  serverUser,
} from './login-settings.ts'
import { nameMistakes } from './name-mistakes.ts'
import { tlsFilesOf, tlsMistakes, unreadFiles } from './named-files.ts'
import { notAccepted } from './not-accepted.ts'
import { options } from './options.ts'
import { protectionMistakes } from './protection-mistakes.ts'
import { settleShard } from './shard-settings.ts'
import { shownPath } from './shown-text.ts'
import type { TargetDefaults } from './target-reader.ts'
import { type FollowedSettings, type SettingsOfTarget, settleTarget } from './target-settings.ts'
import { title } from './title.ts'
import { leftOutAuthorities, type ReadFile } from './tls-files.ts'
import { idleSwitches, unlookedKeys, unreadOptions, warningsOf } from './warnings.ts'
import {
  addressesOf,
  mayAskOnDemand,
  scrapeMistakes,
  unwatchedMistakes,
} from './watched-addresses.ts'

/** The settings as they hold, beside those that only collectors know; times in milliseconds. */
export interface OwnConfig
  extends Omit<Values<typeof options>, keyof FollowedSettings | Combined>,
    FollowedSettings {
  /** Each once. */
  readonly addresses: readonly ConfiguredAddress[]
  /** Where the namespace comes from, such as NAMESPACE; undefined when nobody set it. */
  readonly namespaceFrom: string | undefined
  readonly log: LogOptions
  /** All that is listened on, beside the address of the probes. */
  readonly listenAddresses: readonly ListenOn[]
  /** Which part of the targets is ours; undefined where all are. */
  readonly shard: Shard | undefined
  /** What to tell whoever starts us. */
  readonly warnings: readonly string[]
  /** The same of what is a mistake only where something else than we know holds. */
  readonly remarks: readonly string[]
}

/** An address of the configuration, and as whom to log in there. */
export interface ConfiguredAddress {
  readonly address: Address
  readonly login: Login
}

export interface Config extends OwnConfig {
  /** What holds for targets that are named elsewhere. */
  readonly targetDefaults: TargetDefaults
  readonly settings: SettingsOfTarget
}

// Another setting holds them together.
type Combined =
  | keyof LoginSettings
  | 'listenAddresses'
  | 'systemdSocket'
  | 'logFormat'
  | 'logLevel'
  | 'debug'
  | 'shardIndex'
  | 'shardTotal'

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
  /** The labels that series have anyway. */
  readonly takenLabels?: ReadonlySet<string>
  /** Files that settings name are looked at when they can be read. */
  readonly readFile?: ReadFile
  /** How passwords are read when they are needed. */
  readonly passwords?: PasswordReaders
  /** What this machine, or this pod, is called. */
  readonly hostName?: string
  /** The number of our process. */
  readonly processId?: number
}

/** What the configuration sees of a collector. */
export type CollectorOfConfig = Configurable & AclUser

/** Flag beats environment beats default. All mistakes come at once; none shows a secret. */
export function readConfig(surroundings: Surroundings): Request {
  const { args, env, collectors, readFile, passwords = noPasswords } = surroundings
  const table = allOptions(collectors)
  const all = Object.values(table)
  const commandLine = parseCommandLine(args, all)
  if (commandLine.help) return { kind: 'help', text: helpText(all) }
  if (commandLine.version) return { kind: 'version' }

  const mistakes = [...commandLine.mistakes]
  const given = createGiven(commandLine, env)
  const values = readAll<AllOptions>(table, given, mistakes)
  const settled = settleTarget(table, values)
  const loginMistake = loginMistakeOf(values)
  // Whoever asks for --acl need not be one of the shards.
  const sharing = settleShard(values, given, !commandLine.acl && surroundings.hostName)
  const besides = [...(loginMistake ? [loginMistake] : []), ...sharing.mistakes]
  for (const { option, what } of [...settled.mistakes, ...besides])
    mistakes.push(`${title(option)}: ${what}`)
  // Whoever asks for --acl need not be where the files are.
  const readNamed = commandLine.acl ? undefined : readFile
  if (readNamed)
    mistakes.push(
      ...[
        ...tlsMistakes(tlsFilesOf(values, title), readNamed),
        ...Object.entries(table).flatMap(([key, one]) => unreadFiles(one, values[key], readNamed)),
      ].map(({ option, what }) => `${title(option)}: ${what}`),
    )
  mistakes.push(...protectionMistakes(values, given, readNamed))
  const { processId = 0 } = surroundings
  const started = commandLine.acl ? undefined : { env, processId }
  const listening = settleListening(values, given, started)
  mistakes.push(...listening.mistakes)
  const wantedAddresses = addressesOf(values, given)
  const leftOut = readNamed ? leftOutAuthorities(tlsFilesOf(values, title).ca, readNamed) : []
  const passwordFile = lookAtPasswordFile({ ...values, address: wantedAddresses }, readNamed)
  mistakes.push(...passwordFile.mistakes)
  mistakes.push(...nameMistakes(values, surroundings.takenLabels))
  mistakes.push(...scrapeMistakes(values))
  // Whoever asks for --acl watches nobody.
  if (!commandLine.acl) mistakes.push(...unwatchedMistakes(values))
  const clash = addressClash(wantedAddresses)
  if (clash) mistakes.push(`${title(options.address)}: ${clash}`)
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes }
  const { address: _default, ...others } = values
  const addresses = withoutRepeated(wantedAddresses).map((address) => ({
    address,
    login: createLogin({ ...others, address }, passwords),
  }))
  const config: Config = {
    ...others,
    ...settled.settings,
    settings: settled.settings,
    addresses,
    listenAddresses: listening.listenAddresses,
    shard: sharing.shard,
    targetDefaults: { table, values, passwords, given },
    namespaceFrom: given(options.namespace).first?.by,
    log: { format: values.logFormat, level: logLevel(values) },
    remarks: passwordFile.remarks,
    warnings: [
      ...leftOut,
      ...warningsOf({
        addresses,
        hasTargetsFile: Boolean(values.targetsFile),
        hasOnDemand: mayAskOnDemand(values),
        options: all,
        given,
        commandLine,
        env,
        isUserAlone: wantedAddresses.some((address) => isUserAlone({ ...others, address })),
      }),
    ],
  }
  if (commandLine.acl) {
    const own = wantedCollectors(collectors, config.settings)
    const wanted = [...own, discoveryUser(config.settings)]
    return { kind: 'acl', text: aclText(config, values.user, wanted) }
  }
  // What nobody asks for here may be asked for in the file.
  const ofCollectors = values.targetsFile ? [] : idleOf(collectors, table, config.settings, given)
  return { kind: 'run', config: { ...config, warnings: [...config.warnings, ...ofCollectors] } }
}

function idleOf(
  collectors: readonly CollectorOfConfig[],
  table: AllOptions,
  settings: SettingsOfTarget,
  given: (option: Option) => AllGiven,
): readonly string[] {
  return [
    ...idleSwitches(idleCollectors(collectors, settings), table, given),
    ...unreadOptions(collectors, table, settings, given),
    ...unlookedKeys(table, settings),
  ]
}

function lookAtPasswordFile(
  values: Values<typeof options>,
  readFile: ReadFile | undefined,
): { readonly mistakes: readonly string[]; readonly remarks: readonly string[] } {
  const { address: addresses = [], password, passwordFile } = values
  if (!passwordFile || password?.reveal() || !readFile) return { mistakes: [], remarks: [] }
  const named = `${title(options.passwordFile)}: ${shownPath(passwordFile)}`
  const mistakes = new Set<string>()
  const unnamed = new Set<string>()
  for (const address of addresses) {
    const found = tryPasswordFile(() => readFile(passwordFile), serverUser({ ...values, address }))
    if ('mistake' in found) mistakes.add(`${named} ${found.mistake}`)
    else if (found.isUnnamed && !address.credentials.password)
      unnamed.add(formatEndpoint(address.endpoint))
  }
  const remark = `${named} has no entry for ${[...unnamed].join(', ')}, with the user to log in as: no password is given there`
  return { mistakes: [...mistakes], remarks: unnamed.size > 0 ? [remark] : [] }
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
    if (option.several && found.flags.length > 1)
      return [key, readSeveral(option, found.flags, mistakes)]
    const text = found.first?.text ?? option.default
    if (text === undefined) return [key, undefined]
    const value = option.kind.read(text)
    if (value === undefined)
      mistakes.push(
        `${title(option)}: ${notAccepted(option, text)}${origin(option, found.first?.by)}`,
      )
    return [key, value]
  })
  return Object.fromEntries(entries)
}

function readSeveral(option: Option, given: AllGiven['flags'], mistakes: string[]): unknown {
  const values = given.map(({ text, by }) => {
    // Beside others an empty one is rather what a variable leaves that nobody filled in.
    const value = text === '' ? undefined : option.kind.read(text)
    if (value === undefined)
      mistakes.push(`${title(option)}: ${notAccepted(option, text)}${origin(option, by)}`)
    return value
  })
  return values.includes(undefined) ? undefined : values.flat()
}

/** Of several variables, or an alias, whoever set it wants to know which one. */
function origin({ env }: Option, by: string | undefined): string {
  const isPlain = by === undefined || by.startsWith('--') || (env.length === 1 && env[0] === by)
  return isPlain ? '' : `; it comes from ${by}`
}
