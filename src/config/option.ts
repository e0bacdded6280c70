import type { ValueKind } from './value-kinds.ts'

/** A setting: one row feeds the parser, --help and the table in README.md. */
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
  readonly group: string
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
  /** Why it is not accepted, unless it asks for nothing, and what to do instead. */
  readonly refused?: string
  /** Its value may hold a password and is never shown. */
  readonly secret?: boolean
}

/** Options by their key in the configuration. */
export type Options = Readonly<Record<string, Option>>
