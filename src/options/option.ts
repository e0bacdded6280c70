import type { ValueKind } from './value-kinds.ts'

/** The groups of --help, in their order. */
export const groups = [
  ...(['Redis', 'Connection to Redis', 'Polling', 'Discovery', 'Optional metrics'] as const),
  ...(['Keys, streams and scripts', 'Schedule of what is expensive', 'Serving'] as const),
  ...(['Protecting the port', 'Logging', 'For compatibility', 'Collectors'] as const),
] as const

/** A setting: one row feeds the parser, --help and the table of options in the documents. */
export interface Option<T = unknown> {
  /** The name on the command line; further names mean the same. */
  readonly flags: readonly [string, ...string[]]
  /**
   * Environment variables. Those without the prefix REDIS_EXPORTER_ are known with it as well. Two
   * that are set to different values are a mistake.
   */
  readonly env: readonly string[]
  /** Of variables with different values the first one counts, since the others are of common names. */
  readonly firstVariableCounts?: boolean
  /** Whether its flag may be repeated: the values, which are lists, are put in a row. */
  readonly several?: boolean
  /** Whether it concerns one target, so that each may have its own, or the process as a whole. */
  readonly scope: 'target' | 'process'
  readonly group: (typeof groups)[number]
  readonly help: string
  readonly kind: ValueKind<T>
  /** As a user would write it; undefined where there is none. */
  readonly default: string | undefined
  /** What the default is, where it follows from other settings. */
  readonly defaultHelp?: string
  /** Why it is accepted without changing anything. */
  readonly noEffect?: string
  /** Whether it says something of TLS towards Redis, which the address has to ask for. */
  readonly needsTls?: boolean
  /** The flags of which one must be on for it to have an effect. */
  readonly needs?: readonly string[]
  /**
   * The same for the flags that ask for any collector that walks, that looks at keys in whatever way,
   * or that runs on the slow schedule.
   */
  readonly needsAny?: 'walk' | 'keys' | 'slow'
  /** The same for the documents alone: whoever switches off what is off anyway made no mistake. */
  readonly onlyWith?: readonly string[]
  /** Its value may hold a password and is never shown. */
  readonly secret?: boolean
  /** It holds no secret, but somebody may give one there, as in an address: it is not shown in messages. */
  readonly neverShown?: boolean
}

/** Options by their key in the configuration. */
export type Options = Readonly<Record<string, Option>>

/** What was read for options, under the same keys; undefined only where there is no default. */
export type Values<T extends Options> = {
  readonly [K in keyof T]: Read<T[K]> | (T[K]['default'] extends string ? never : undefined)
}

type Read<O> = O extends { readonly kind: { read(text: string): infer T } }
  ? Exclude<T, undefined>
  : never
