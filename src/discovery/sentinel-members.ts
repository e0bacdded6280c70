import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { clientName } from '../redis/client-name.ts'
import type { Connection } from '../redis/connection.ts'
import { describe } from '../redis/redis-error.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'
import { createReadSentinelView } from './ask-sentinel.ts'
import { type Answer, type AskedServer, answersOf, createAskedServer } from './asking.ts'
import { deploymentsOf, type KnownDeployment } from './deployments.ts'
import { createDiscovered, type Finding } from './discovered.ts'
import { type RunEnd, startRefresher } from './refresher.ts'
import { createSentinelEvents, type Subscribe } from './sentinel-events.ts'
import {
  createReach,
  namedMembers,
  type Reach,
  type SentinelAnswer,
  type SentinelSettings,
  sentinelTargets,
  sentinelTargetsFor,
} from './sentinel-targets.ts'
import type { Source } from './source.ts'

export interface SentinelMembersOptions<S extends SentinelSettings> {
  /** The Sentinels that are configured; others of their deployments are found. */
  readonly seeds: readonly [WantedTarget<S>, ...WantedTarget<S>[]]
  /** Makes a connection to a target, opened when it is first needed. */
  readonly connect: (target: WantedTarget<S>) => Connection
  /** Listens to a Sentinel over a connection of its own. */
  readonly subscribe: Subscribe<WantedTarget<S>>
  readonly maximumAgeMilliseconds: number
  /** Told the addresses of the old and the new master after a failover. */
  readonly onRoles?: (addresses: readonly string[]) => void
  /** What this one takes the place of: what that found holds until there is an answer. */
  readonly before?: SentinelFinding<S> | undefined
  readonly clock: Clock
  readonly log: Log
}

/** Sentinels, masters and replicas as wanted targets. */
export interface SentinelMembers<S> extends Source<S> {
  /** Lets the Sentinels be asked at once: somebody saw that something changed. */
  refresh(): void
  /** What the Sentinels say that answered last; none where nobody does. */
  deployments(): readonly KnownDeployment[]
  finding(): SentinelFinding<S>
}

/** What was found last, for another one that takes the place of this. */
export interface SentinelFinding<S> extends Finding<S> {
  /** Those of what is wanted that are Sentinels. */
  readonly sentinels: readonly WantedTarget<S>[]
  readonly deployments: readonly KnownDeployment[]
  /** The addresses of Sentinels by their ids: one may be configured by another than it announces. */
  readonly ids: ReadonlyMap<string, string>
}

// A Sentinel that is paused or cut off is not waited for where others answer.
const patienceMilliseconds = 500
const restMilliseconds = 200

/** Asks all Sentinels whom they watch, at an interval and as soon as one of them tells of a change. */
export function createSentinelMembers<S extends SentinelSettings>(
  options: SentinelMembersOptions<S>,
): SentinelMembers<S> {
  const { seeds, connect, clock, log } = options
  const { pollInterval, pollTimeout, discoverMasters = [] } = seeds[0].settings
  const name = `sentinel ${seeds[0].name}`
  const { maximumAgeMilliseconds } = options
  const before = options.before && findingFor(seeds, options.before)
  const discovered = createDiscovered({ name, seeds, maximumAgeMilliseconds, before, clock, log })
  const asked = new Map<string, AskedServer<SentinelAnswer<S>>>()
  /** What those said that answered too late to be waited for. */
  const late = new Map<string, SentinelAnswer<S>>()
  const ids = new Map(before?.ids)
  let sentinels: readonly WantedTarget<S>[] = before?.sentinels ?? seeds
  let known: readonly KnownDeployment[] = before?.deployments ?? []
  let isStopped = false

  function askerOf(target: WantedTarget<S>): AskedServer<SentinelAnswer<S>> {
    const readView = createReadSentinelView(discoverMasters)
    return createAskedServer({
      connection: connect(target),
      greeting: target.settings.setClientName ? clientName : undefined,
      timeoutMilliseconds: pollTimeout,
      read: async (connection, isNew) => ({ ...(await readView(connection, isNew)), target }),
    })
  }

  async function run(): Promise<RunEnd> {
    await askAll()
    return discovered.state().failure === undefined ? undefined : 'failed'
  }

  async function askAll(): Promise<void> {
    keepTo(sentinels)
    const answers = await answersOf(asked, Math.min(pollTimeout, patienceMilliseconds))
    if (isStopped) return
    for (const [address, one] of asked)
      if (answers.has(address)) late.delete(address)
      else void one.ask().then((answer) => noteLate(address, answer))
    const seen = [...asked.keys()].flatMap(
      (address) => late.get(address) ?? viewOf(answers.get(address)),
    )
    if (seen.length === 0) fail([...answers.values()])
    else await follow(oncePerId(seen))
  }

  // Who is slow is counted by what it said last; who was not counted so far changes what is told.
  function noteLate(address: string, answer: Answer<SentinelAnswer<S>>): void {
    const [view] = viewOf(answer)
    const isNews = view !== undefined && !late.has(address)
    if (view && asked.has(address)) late.set(address, view)
    else late.delete(address)
    if (isNews && !isStopped) refresher.refresh()
  }

  /** Has these asked and listened to, and no others. */
  function keepTo(targets: readonly WantedTarget<S>[]): void {
    const kept = new Set(targets.map(({ address }) => address))
    for (const [address, one] of asked)
      if (!kept.has(address) && asked.delete(address)) {
        late.delete(address)
        one.close()
      }
    for (const target of targets)
      if (!asked.has(target.address)) asked.set(target.address, askerOf(target))
    events.listenTo(targets)
  }

  async function follow(answers: readonly SentinelAnswer<S>[]): Promise<void> {
    const reach = createReach()
    // To read thousands of addresses takes longer than others can wait.
    await inSlices(namedMembers(answers), ([by, member]) => reach(by, member))
    if (!isStopped) take(answers, reach)
  }

  function take(answers: readonly SentinelAnswer<S>[], reach: Reach): void {
    for (const { id, target } of answers) if (id !== '') ids.set(id, target.address)
    const found = sentinelTargets(seeds, answers, ids, reach)
    const isGrown = found.sentinels.some(({ address }) => !asked.has(address))
    sentinels = found.sentinels
    const current = new Set(sentinels.map(({ address }) => address))
    for (const [id, address] of ids) if (!current.has(address)) ids.delete(id)
    const before = known
    known = deploymentsOf(answers, seeds, ids, reach)
    keepTo(sentinels)
    discovered.found([...found.sentinels, ...found.data])
    const moved = movedMasters(before, known)
    if (moved.length > 0) options.onRoles?.(moved)
    if (isGrown) refresher.refresh()
  }

  function fail(answers: readonly Answer<SentinelAnswer<S>>[]): void {
    const [error] = answers.flatMap((answer) => ('error' in answer ? answer.error : []))
    known = []
    discovered.failed(error ? `no Sentinel answers (${describe(error)})` : 'no Sentinel answers')
    if (!discovered.isKnown()) sentinels = seeds
  }

  const intervalMilliseconds = pollInterval
  const { random } = Math
  const refresher = startRefresher({ name, intervalMilliseconds, restMilliseconds, random, run })
  const events = createSentinelEvents(options.subscribe, refresher.refresh, log)
  return {
    ...discovered,
    refresh: refresher.refresh,
    deployments: () => known,
    finding: () => ({ ...discovered.finding(), sentinels, deployments: known, ids }),
    stop() {
      isStopped = true
      refresher.stop()
      events.stop()
      for (const one of asked.values()) one.close()
    },
  }
}

/** The same deployments, with what those have of their own that are configured now. */
function findingFor<S>(
  seeds: readonly [WantedTarget<S>, ...WantedTarget<S>[]],
  before: SentinelFinding<S>,
): SentinelFinding<S> {
  if (before.foundAt === undefined)
    return { ...before, wanted: before.wanted.length > 0 ? seeds : [], sentinels: seeds }
  const places = new Set(before.sentinels.map(({ address }) => address))
  const data = before.wanted.filter(({ address }) => !places.has(address))
  const found = sentinelTargetsFor(seeds, { sentinels: before.sentinels, data })
  return { ...before, wanted: [...found.sentinels, ...found.data], sentinels: found.sentinels }
}

function viewOf<V>(answer: Answer<V> | undefined): readonly V[] {
  return answer && 'view' in answer ? [answer.view] : []
}

// Who is asked by two addresses counts once, by the first: those that are configured come first.
function oncePerId<S>(answers: readonly SentinelAnswer<S>[]): readonly SentinelAnswer<S>[] {
  const ids = new Set<string>()
  return answers.filter(({ id }) => id === '' || (!ids.has(id) && ids.add(id)))
}

/** The addresses of masters that took the place of others, and of those. */
function movedMasters(
  before: readonly KnownDeployment[],
  now: readonly KnownDeployment[],
): readonly string[] {
  const old = new Map(
    before.flatMap(({ topology, masters }) =>
      masters.map((one) => [`${topology} ${one.name}`, one.address] as const),
    ),
  )
  return now.flatMap(({ topology, masters }) =>
    masters.flatMap(({ name, address }) => {
      const was = old.get(`${topology} ${name}`)
      return was === undefined || was === address ? [] : [was, address]
    }),
  )
}
