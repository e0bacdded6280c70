import type { WantedTarget } from '../targets/wanted-target.ts'

/** What leads to one topology: a node of a cluster, or Sentinels that are configured alike. */
export interface Lead<S> {
  readonly kind: 'cluster' | 'sentinel'
  readonly seeds: readonly [WantedTarget<S>, ...WantedTarget<S>[]]
}

interface Leading {
  readonly discover: 'none' | 'cluster' | 'sentinel'
}

/** A target that was found, as it is configured where it is; else the same. */
export type AsConfigured<S> = (target: WantedTarget<S>) => WantedTarget<S>

/** What is all there when all steps were taken. */
export interface BegunLeads<S> {
  readonly steps: Iterable<undefined>
  /** By what tells one topology from another. */
  readonly leads: ReadonlyMap<string, Lead<S>>
  /** What is configured for each address: what leads nowhere counts first, and of several the first. */
  readonly configured: ReadonlyMap<string, WantedTarget<S>>
}

/** Whether a target is there only to lead to others. */
export function isLead({ settings }: Pick<WantedTarget<Leading>, 'settings'>): boolean {
  return settings.discover !== 'none'
}

/** Finds where these targets lead, in their order; in steps, since there may be thousands. */
export function beginLeads<S extends Leading>(targets: readonly WantedTarget<S>[]): BegunLeads<S> {
  const all = new Map<string, Lead<S> & { readonly seeds: WantedTarget<S>[] }>()
  const configured = new Map<string, WantedTarget<S>>()
  const seen = new Set<string>()

  function note(target: WantedTarget<S>): void {
    const before = configured.get(target.address)
    if (!before || (isLead(before) && !isLead(target))) configured.set(target.address, target)
  }

  function add(target: WantedTarget<S>): void {
    const { discover: kind } = target.settings
    if (kind === 'none') return
    const { settings, address, labels } = target
    const key = kind === 'cluster' ? address : JSON.stringify([labels, settings])
    const known = all.get(`${kind} ${key}`)
    const seed = `${kind} ${key} ${address}`
    if (!known) all.set(`${kind} ${key}`, { kind, seeds: [target] })
    else if (!seen.has(seed)) known.seeds.push(target)
    seen.add(seed)
  }

  function* steps(): Generator<undefined> {
    for (const target of targets) {
      note(target)
      add(target)
      yield
    }
  }

  return { steps: steps(), leads: all, configured }
}

/** Whether both lead to the same in the same way: a file that is read again may give a target anew. */
export function isSameLead<S>({ seeds }: Lead<S>, { seeds: others }: Lead<S>): boolean {
  return (
    seeds.length === others.length &&
    seeds.every((one, index) => {
      const other = others[index]
      return other !== undefined && isSameSeed(one, other)
    })
  )
}

/** Whether both are configured alike, to be asked in the same way and called the same. */
export function isSameSeed<S>(one: WantedTarget<S>, other: WantedTarget<S>): boolean {
  return one === other || markOf(one) === markOf(other)
}

function markOf<S>({ address, name, database, login, labels, settings }: WantedTarget<S>): string {
  return JSON.stringify([address, name, database, login.from, labels, settings])
}
