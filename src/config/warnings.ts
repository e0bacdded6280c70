import { isDeepStrictEqual } from 'node:util'
import type { Option, Options } from '../options/option.ts'
import { type Settings, type Switched, switchOf, wantedCollectors } from '../options/switches.ts'
import type { Address } from '../targets/address.ts'
import type { CommandLine } from './command-line.ts'
import { type AllGiven, type Environment, type Given, isRepeated } from './given.ts'
import { options as ours } from './options.ts'
import { secretsInFlags } from './secrets-in-flags.ts'
import { title } from './title.ts'
import { unknownVariables } from './unknown-variables.ts'

/** Everything that was given, all of it accepted. */
export interface Accepted {
  readonly options: readonly Option[]
  readonly given: (option: Option) => AllGiven
  readonly commandLine: CommandLine
  readonly env: Environment
  readonly addresses: readonly { readonly address: Address }[]
  /** Whether there may be targets that have settings of their own. */
  readonly hasTargetsFile: boolean
  /** Whether there may be targets that nobody configured. */
  readonly hasOnDemand?: boolean
  /** Whether a user is given and nothing to log in with. */
  readonly isUserAlone: boolean
}

/** What to tell whoever gave settings that are accepted and do not do what they seem to. */
export function warningsOf(accepted: Accepted): readonly string[] {
  const { options, commandLine, env, isUserAlone } = accepted
  return [
    ...(isUserAlone ? [userAlone] : []),
    ...options.flatMap((option) => [
      ...withoutEffect(option, accepted).map((what) => `${title(option)} ${what}`),
      ...repeated(option, accepted),
    ]),
    ...unknownVariables(env, options),
    ...secretsInFlags(commandLine, options),
  ]
}

/** Of collectors that no other setting asks for: those that were switched on by name all the same. */
export function idleSwitches(
  collectors: readonly { readonly name: string; readonly help: string }[],
  switches: Readonly<Record<string, Option>>,
  given: Accepted['given'],
): readonly string[] {
  return collectors.flatMap(({ name, help }) => {
    const option = switches[switchOf(name)]
    const { first } = option ? given(option) : {}
    const isAsked = option && first && isOn(option, first)
    return isAsked ? `${title(option)} has no effect as it stands: it collects ${help}` : []
  })
}

/**
 * Of the settings of collectors those that nobody reads, since the flags of collectors switch all off
 * that would. `table` has all options by their keys.
 */
export function unreadOptions(
  collectors: readonly Omit<Switched, 'help'>[],
  table: Options,
  settings: Settings,
  given: Accepted['given'],
): readonly string[] {
  return Object.entries(table).flatMap(([key, option]) => {
    const { first } = given(option)
    // What is not declared by collectors alone has other readers.
    if (key in ours || !first || !asksForSomething(option, first)) return []
    const readers = collectors.filter(({ options = {} }) => options[key])
    // Some options ask for a collector, and others to do without it.
    const otherwise = { ...settings, [key]: option.default && option.kind.read(option.default) }
    const isRead = [settings, otherwise].some((some) => wantedCollectors(readers, some).length > 0)
    const off = readers.flatMap(({ name }) => {
      const one = table[switchOf(name)]
      return one && given(one).first && !isOn(one, given(one).first)
        ? `--${one.flags[0]}=false`
        : []
    })
    const isUnread = !isRead && off.length > 0
    return isUnread ? `${title(option)} has no effect with ${off.join(' and ')}` : []
  })
}

/** What to tell where settings together leave no server whose keys may be looked at. */
export function unlookedKeys(table: Options, settings: Settings): readonly string[] {
  const { skipKeysOfMaster: option } = table
  if (!option || !settings.skipKeysOfMaster || settings.scanOn !== 'master') return []
  const why = 'leaves no keys to look at where scan.on is master, as it is with --discover'
  return [`${title(option)} ${why}; give --scan.on=replica in its place`]
}

export const userAlone =
  'a user is given and no password: nobody is logged in, so the server takes us for its user default'

/** Why a setting that was given changes nothing, to follow its name; nothing where it does. */
export function withoutEffect(
  option: Option,
  accepted: Pick<Accepted, 'options' | 'given' | 'addresses' | 'hasTargetsFile' | 'hasOnDemand'>,
): readonly string[] {
  const { options, given, addresses } = accepted
  const mayBeForOthers = accepted.hasTargetsFile && option.scope === 'target'
  const { first } = given(option)
  if (!first) return []
  const said: string[] = []
  if (option.noEffect) said.push(`has no effect: ${option.noEffect}`)
  const isUnasked =
    !mayBeForOthers &&
    !accepted.hasOnDemand &&
    option.needsTls &&
    !addresses.some(({ address }) => isTls(address))
  if (isUnasked && asksForSomething(option, first)) {
    const none = addresses.length > 1 ? 'none of the addresses asks for' : 'the address asks for no'
    said.push(`has no effect: ${none} TLS; rediss:// does`)
  }
  const { needs = [] } = option
  const needed = options.filter(({ flags }) => flags.some((name) => needs.includes(name)))
  const isIdle =
    !mayBeForOthers && needs.length > 0 && !needed.some((one) => isOn(one, given(one).first))
  if (isIdle && asksForSomething(option, first))
    said.push(`has no effect without ${needs.map((name) => `--${name}`).join(' or ')}`)
  return said
}

function repeated(option: Option, { given }: Accepted): readonly string[] {
  const said = 'was given more than once with different values; the last one counts'
  return isRepeated(option, given(option)) ? [`${title(option)} ${said}`] : []
}

function isTls({ endpoint }: Address): boolean {
  return endpoint.kind === 'tcp' && endpoint.tls
}

// What is as it would be anyway, or empty, asks for nothing.
function asksForSomething({ kind, default: standard }: Option, { text }: Given): boolean {
  if (text === '' || text === standard) return false
  return standard === undefined || !isDeepStrictEqual(kind.read(text), kind.read(standard))
}

function isOn({ kind, default: standard }: Option, given: Given | undefined): boolean {
  const text = given?.text ?? standard
  const value = text && kind.read(text)
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
