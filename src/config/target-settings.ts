import type { Option, Values } from '../options/option.ts'
import type { Settings } from '../options/switches.ts'
import { formatDuration } from '../options/value-kinds.ts'
import type { AllOptions } from './all-options.ts'
import { options } from './options.ts'

const minute = 60_000

/** What was given for options, or their defaults; those that follow from others may be undefined. */
export type GivenValues = Values<AllOptions>

/** The settings whose defaults follow from others, as they hold; times in milliseconds. */
export interface FollowedSettings {
  readonly pollTimeout: number
  readonly pollMaxAge: number
  readonly scanInterval: number
  /** Undefined where it follows from how long the last walk or slow poll took. */
  readonly scanMaxAge: number | undefined
  readonly discover: 'none' | 'cluster' | 'sentinel'
  /** Undefined where nobody says, and nothing is discovered: all, but for what one alone tells of. */
  readonly scanOn: 'master' | 'replica' | 'all' | undefined
}

type KeyOfTarget = {
  [K in keyof typeof options]: (typeof options)[K] extends { scope: 'target' } ? K : never
}[keyof typeof options]

// Its login holds together what a target is logged in to by; they are no settings of it.
type KeyOfLogin =
  | ('address' | 'user' | 'password' | 'passwordFile' | 'passwordCommand')
  | ('discoverUser' | 'discoverPasswordsFile')

type OwnSettings = Values<typeof options>

/** The settings of a target by the keys of their options, those of its collectors too; no secrets. */
export type SettingsOfTarget = Settings &
  Omit<Pick<OwnSettings, KeyOfTarget>, KeyOfLogin | keyof FollowedSettings> &
  FollowedSettings

/** What is wrong with a setting beside others, to follow its name. */
export interface SettingMistake {
  readonly option: Option
  readonly what: string
}

/** The settings of one target that follow from what was given for it, and what is wrong with them. */
export function settleTarget(
  table: AllOptions,
  values: GivenValues,
): { readonly settings: SettingsOfTarget; readonly mistakes: readonly SettingMistake[] } {
  const { pollInterval, scanMaxAge } = values
  const discover = values.discover ?? (values.isCluster ? 'cluster' : 'none')
  const followed: FollowedSettings = {
    pollTimeout: values.pollTimeout ?? Math.min(10_000, pollInterval),
    pollMaxAge: values.pollMaxAge ?? 3 * pollInterval,
    scanInterval: values.scanInterval ?? Math.max(minute, pollInterval),
    scanMaxAge,
    discover,
    scanOn: values.scanOn ?? (discover === 'none' ? undefined : 'master'),
  }
  const mistakes = [
    ...ageMistakes(options.pollMaxAge, followed.pollMaxAge, pollInterval, 'poll'),
    ...ageMistakes(options.scanMaxAge, scanMaxAge ?? Infinity, followed.scanInterval, 'scan'),
  ]
  return { settings: ofTarget(table, { ...values, ...followed }), mistakes }
}

// Of which options these are, the type says in the same words.
function ofTarget(table: AllOptions, values: Settings): SettingsOfTarget {
  const isOurs = (option: Option | undefined) => option?.scope === 'target' && !option.secret
  const ours = Object.entries(values).filter(([key]) => isOurs(table[key]))
  return Object.fromEntries(ours) as SettingsOfTarget
}

// What vanishes before the next of its kind is due would come and go.
function ageMistakes(
  option: Option,
  age: number,
  interval: number,
  kind: string,
): readonly SettingMistake[] {
  // A time that cannot be read is told already, and is below nothing.
  if (!(age <= interval)) return []
  const given = `"${formatDuration(age)}" is not accepted`
  return [{ option, what: `${given}; give more than the ${kind} interval` }]
}
