import type { StateName } from '../../poller/state-changes.ts'
import type { TargetState } from '../../poller/target-snapshots.ts'
import { inSlices } from '../../yielding.ts'

/** What is wanted of the overview. */
export interface OverviewQuery {
  /** Part of a name, an address, a label, a server or a role; empty for all. */
  readonly text: string
  readonly state: StateName | undefined
  /** From 1 on. */
  readonly page: number
  readonly refreshes: boolean
}

/** In the order in which they are shown: what needs a look comes first. */
export const shownStates: readonly StateName[] = ['down', 'stale', 'waiting', 'up']

/** So few that a page of them is well under 100 kB. */
export const targetsOnPage = 30

const longestText = 200

/** What cannot be understood is left out. */
export function readOverviewQuery(query: string): OverviewQuery {
  const parameters = new URLSearchParams(query)
  const page = parameters.get('page') ?? ''
  const state = parameters.get('state')
  return {
    text: (parameters.get('q') ?? '').trim().slice(0, longestText),
    state: shownStates.find((one) => one === state),
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
    refreshes: parameters.get('refresh') !== 'off',
  }
}

/** The query that asks for this; empty for what is shown unless told otherwise. */
export function overviewHref({ text, state, page, refreshes }: OverviewQuery): string {
  const parameters = new URLSearchParams()
  if (text !== '') parameters.set('q', text)
  if (state) parameters.set('state', state)
  if (page > 1) parameters.set('page', String(page))
  if (!refreshes) parameters.set('refresh', 'off')
  const query = parameters.toString()
  return query === '' ? '/' : `/?${query}`
}

export interface ChosenTargets {
  /** All that there are. */
  readonly all: readonly TargetState[]
  readonly shown: readonly TargetState[]
  /** Where the first of those that are shown stands among all that were found, from 0 on. */
  readonly from: number
  readonly found: number
  readonly pages: number
  /** The page that is shown: the last one where a later one was asked for. */
  readonly page: number
  /** Of those with the text, how many are in which state. */
  readonly counts: Readonly<Record<StateName, number>>
}

/** Those that are wanted, what is not up first, else in their order; looked at in slices. */
export async function chooseTargets(
  states: Iterable<TargetState>,
  { text, state, page }: OverviewQuery,
): Promise<ChosenTargets> {
  const all: TargetState[] = []
  const byState: Record<StateName, TargetState[]> = { down: [], stale: [], waiting: [], up: [] }
  const wanted = text.toLowerCase()
  await inSlices(states, (one) => {
    all.push(one)
    if (wanted === '' || isFound(one, wanted)) byState[one.state].push(one)
  })
  const found = (state ? [state] : shownStates).flatMap((one) => byState[one])
  const pages = Math.max(1, Math.ceil(found.length / targetsOnPage))
  const current = Math.min(page, pages)
  const from = (current - 1) * targetsOnPage
  const { down, stale, waiting, up } = byState
  return {
    all,
    shown: found.slice(from, from + targetsOnPage),
    from,
    found: found.length,
    pages,
    page: current,
    counts: { down: down.length, stale: stale.length, waiting: waiting.length, up: up.length },
  }
}

function isFound({ target, address, labels, server, role }: TargetState, text: string): boolean {
  return [target, address, server, role, ...Object.values(labels)].some((one) =>
    one?.toLowerCase().includes(text),
  )
}
