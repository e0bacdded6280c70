import type { ValueKind } from './value-kinds.ts'

/** A setting: one row feeds the parser, --help and the table in README.md. */
export interface Option<T = unknown> {
  /** The name on the command line; further names mean the same. */
  readonly flags: readonly [string, ...string[]]
  /** Environment variables; the first one that is set counts. */
  readonly env: readonly string[]
  readonly group: string
  readonly help: string
  readonly kind: ValueKind<T>
  /** As a user would write it; undefined where there is none. */
  readonly default: string | undefined
  /** What the default is, where it follows from other settings. */
  readonly defaultHelp?: string
  /** Why it is accepted without changing anything. */
  readonly noEffect?: string
  /** Its value may hold a password and is never shown. */
  readonly secret?: boolean
}

/** Options by their key in the configuration. */
export type Options = Readonly<Record<string, Option>>
