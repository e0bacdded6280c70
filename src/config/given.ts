import { isDeepStrictEqual } from 'node:util'
import type { Option } from '../options/option.ts'
import type { CommandLine } from './command-line.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A text that was given for a setting, and where: `--poll.interval` or `POLL_INTERVAL`. */
export interface Given {
  readonly text: string
  readonly by: string
}

/** What the command line and the environment hold for one setting. */
export interface AllGiven {
  readonly flags: readonly Given[]
  readonly variables: readonly Given[]
  /** The one that counts; undefined where there is none. */
  readonly first: Given | undefined
}

/** The prefix that variables of this exporter have. */
export const prefix = 'REDIS_EXPORTER_'

/** The variables that an option is read from. */
export function variablesOf({ env }: Option): readonly string[] {
  const short = env.filter((name) => !name.startsWith(prefix))
  return [...new Set([...env, ...short.map((name) => `${prefix}${name}`)])]
}

/**
 * Finds what was given for an option, once for all who ask. A flag beats the environment, the last of
 * several flags counts.
 */
export function createGiven(
  { values }: CommandLine,
  env: Environment,
): (option: Option) => AllGiven {
  const known = new Map<Option, AllGiven>()
  return (option) => {
    const found = known.get(option) ?? findGiven(option, values, env)
    known.set(option, found)
    return found
  }
}

function findGiven(option: Option, values: CommandLine['values'], env: Environment): AllGiven {
  const flags = option.flags.flatMap((name) =>
    (values.get(name) ?? []).map((text) => ({ text, by: `--${name}` })),
  )
  // An empty variable is what Kubernetes and Compose leave of one that was not filled in.
  const variables = variablesOf(option).flatMap((name) => {
    const text = env[name]
    return text ? [{ text, by: name }] : []
  })
  return { flags, variables, first: flags.at(-1) ?? variables[0] }
}

/** What is wrong with a setting that was given under two names; undefined where nothing is. */
export function contradiction(option: Option, { flags, variables }: AllGiven): string | undefined {
  const lastByName = [...new Map(flags.map((one) => [one.by, one])).values()]
  if (differ(option, lastByName)) return 'given twice with different values; give it once'
  const isSettled = flags.length > 0 || option.firstVariableCounts
  if (isSettled || !differ(option, variables)) return undefined
  const names = variables.map(({ by }) => by)
  return `${names.join(' and ')} are set to different values; leave one of them`
}

/** Whether one flag was given more than once, each time another value, as where defaults are overridden. */
export function isRepeated(option: Option, { flags }: AllGiven): boolean {
  if (option.several) return false
  return differ(
    option,
    flags.filter(({ by }) => by === flags.at(-1)?.by),
  )
}

function differ({ kind }: Option, [first, ...others]: readonly Given[]): boolean {
  return others.some(({ text }) => {
    if (first === undefined || text === first.text) return false
    const value = kind.read(text)
    return value === undefined || !isDeepStrictEqual(value, kind.read(first.text))
  })
}
