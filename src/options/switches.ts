import type { Option, Options } from './option.ts'
import { flag } from './value-kinds.ts'

/** Settings by the keys of their options, as whoever does not know these sees them. */
export type Settings = Readonly<Record<string, unknown>>

/** What is declared of a collector and decides whether it is on. */
export interface Switched {
  readonly name: string
  readonly help: string
  /** Off unless its `collect.` flag switches it on. */
  readonly optIn?: boolean
  readonly options?: Options
  /** Settings under which it has something to do, as a user would write them. */
  readonly example?: Readonly<Partial<Record<string, string>>>
  /** Whether the settings ask for it; so it is unless told otherwise. */
  isWanted?(settings: Settings): boolean
}

/** The one answer to which collectors are on: by their `collect.` flags and what they ask for themselves. */
export function wantedCollectors<C extends Omit<Switched, 'help'>>(
  collectors: readonly C[],
  settings: Settings,
): readonly C[] {
  return collectors.filter((one) => isSwitchedOn(one, settings) && isAskedFor(one, settings))
}

/** Those that their flags switch on and that are off, since no other setting asks for them. */
export function idleCollectors<C extends Omit<Switched, 'help'>>(
  collectors: readonly C[],
  settings: Settings,
): readonly C[] {
  return collectors.filter((one) => isSwitchedOn(one, settings) && !isAskedFor(one, settings))
}

function isSwitchedOn({ name, optIn = false }: Omit<Switched, 'help'>, settings: Settings) {
  return Boolean(settings[switchOf(name)] ?? !optIn)
}

function isAskedFor({ isWanted }: Omit<Switched, 'help'>, settings: Settings): boolean {
  return isWanted?.(settings) ?? true
}

/** A flag for each collector, on unless the collector is one to ask for. */
export function collectOptions(collectors: readonly Switched[]): Readonly<Record<string, Option>> {
  return Object.fromEntries(collectors.map((one) => [switchOf(one.name), collectOption(one)]))
}

function collectOption(collector: Switched): Option<boolean> {
  const { name, help, optIn } = collector
  return {
    flags: [`collect.${name}`],
    env: [`REDIS_EXPORTER_COLLECT_${name.toUpperCase().replaceAll('-', '_')}`],
    scope: 'target',
    group: 'Collectors',
    help: `Collect ${help}`,
    kind: flag,
    default: optIn ? 'false' : 'true',
    // When it is asked for, which is for documents: it tries what examples do.
    get onlyWith() {
      return flagsThatAskFor(collector)
    },
  }
}

/**
 * The flags of which one is enough to have a collector on: of the options that ask for it, or its
 * own. None where it is on anyway. Follows from its example, tried one option at a time.
 */
export function flagsThatSwitchOn(collector: Switched): readonly string[] {
  const asking = flagsThatAskFor(collector)
  return asking.length > 0 || !collector.optIn ? asking : [`collect.${collector.name}`]
}

function flagsThatAskFor({ options = {}, example = {}, isWanted }: Switched): readonly string[] {
  if (!isWanted) return []
  const byDefault = Object.fromEntries(
    Object.entries(options).map(([key, option]) => [key, readValue(option, option.default)]),
  )
  if (isWanted(byDefault)) return []
  return Object.entries(example)
    .map(([key, text]) => ({ key, text, option: options[key] }))
    .flatMap(({ key, text, option }) =>
      option && isWanted({ ...byDefault, [key]: readValue(option, text) }) ? option.flags[0] : [],
    )
}

function readValue({ kind }: Option, text: string | undefined): unknown {
  return text === undefined ? undefined : kind.read(text)
}

/** The key of the setting that switches a collector. */
export function switchOf(name: string): string {
  return `collect.${name}`
}
