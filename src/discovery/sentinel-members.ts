import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { clientName } from '../redis/client-name.ts'
import type { Connection } from '../redis/connection.ts'
import { describe } from '../redis/redis-error.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'
import { createReadSentinelView } from './ask-sentinel.ts'
import { type Answer, type AskedServer, answersOf, createAskedServer } from './asking.ts'
import { deploymentsOf, type FoundDeployment, type KnownDeployment } from './deployments.ts'
import { createDiscovered, lastAnswerHolds } from './discovered.ts'
import { createHeardSentinels, type Recalled } from './heard-sentinels.ts'
import { type AsConfigured, isSameSeed } from './leads.ts'
import { type RunEnd, startRefresher } from './refresher.ts'
import { createSentinelEvents, type Subscribe } from './sentinel-events.ts'
import { type SentinelFinding, sentinelFindingFor } from './sentinel-finding.ts'
import {
  createReach,
  namedMembers,
  type Reach,
  type Seeds,
  type SentinelAnswer,
  type SentinelSettings,
  sentinelTargets,
} from './sentinel-targets.ts'
import type { Source } from './source.ts'

export interface SentinelMembersOptions<S extends SentinelSettings> {
  /** The Sentinels that are configured; others of their deployments are found. */
  readonly seeds: Seeds<S>
  /** By which Sentinels are asked: some that are found may be configured otherwise. */
  readonly asConfigured?: AsConfigured<S>
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
  /** What the Sentinels say, and what those said last that do not answer, for a bounded time. */
  deployments(): readonly FoundDeployment[]
  finding(): SentinelFinding<S>
}

/** A Sentinel that is asked, as it is configured. */
interface AskedSentinel<S> extends AskedServer<SentinelAnswer<S>> {
  readonly as: WantedTarget<S>
}

// A Sentinel that is paused or cut off is not waited for where others answer.
const patienceMilliseconds = 500
const restMilliseconds = 200

/** Asks all Sentinels whom they watch, at an interval and as soon as one of them tells of a change. */
export function createSentinelMembers<S extends SentinelSettings>(
  options: SentinelMembersOptions<S>,
): SentinelMembers<S> {
  const { seeds, asConfigured = (found) => found, connect, clock, log } = options
  const { pollInterval, pollTimeout, discoverMasters = [] } = seeds[0].settings
  const name = `sentinel ${seeds[0].name}`
  const { maximumAgeMilliseconds } = options
  const before = options.before && sentinelFindingFor(seeds, options.before)
  const discovered = createDiscovered({ name, seeds, maximumAgeMilliseconds, before, clock, log })
  const asked = new Map<string, AskedSentinel<S>>()
  /** Answers that did not come in time, and are taken when they come. */
  const late = new Set<Promise<Answer<SentinelAnswer<S>>>>()
  const heard = createHeardSentinels({ maximumAgeMilliseconds, before: before?.heard, clock })
  const ids = new Map(before?.ids)
  let sentinels: readonly WantedTarget<S>[] = before?.sentinels ?? seeds
  let known: readonly FoundDeployment[] = before?.deployments ?? []
  let following: Promise<void> | undefined
  let isStopped = false

  function askerOf(found: WantedTarget<S>, as: WantedTarget<S>): AskedSentinel<S> {
    const readView = createReadSentinelView(discoverMasters)
    // What it watches gets what the lead has of its own, whoever of its Sentinels tells of it.
    const target = { ...found, name: as.name }
    const server = createAskedServer({
      connection: connect(as),
      greeting: as.settings.setClientName ? clientName : undefined,
      timeoutMilliseconds: pollTimeout,
      read: async (connection, isNew) => ({ ...(await readView(connection, isNew)), target }),
    })
    return { ...server, as }
  }

  async function run(): Promise<RunEnd> {
    await askAll()
    return isFailing() ? 'failed' : undefined
  }

  async function askAll(): Promise<void> {
    keepTo(sentinels)
    const servers = [...asked.values()]
    const answers = await answersOf(servers, Math.min(pollTimeout, patienceMilliseconds))
    if (isStopped) return
    // Of late answers that came meanwhile it may follow that others are asked.
    for (const [address, one] of asked) {
      const answer = answers.inTime.get(one)
      const coming = answers.late.get(one)
      if (answer) note(address, answer)
      if (coming) void noteLate(address, one, coming)
    }
    await follow()
  }

  /** Whether that changes what counts. */
  function note(address: string, answer: Answer<SentinelAnswer<S>>): boolean {
    if ('error' in answer) return heard.failed(address, answer.error)
    heard.answered(address, answer.view)
    return true
  }

  // Who is slow counts by what it said last, until it answers or fails to: then nobody is asked anew for that.
  async function noteLate(
    address: string,
    one: AskedServer<SentinelAnswer<S>>,
    coming: Promise<Answer<SentinelAnswer<S>>>,
  ): Promise<void> {
    if (late.has(coming)) return
    late.add(coming)
    const answer = await coming
    late.delete(coming)
    if (isStopped || asked.get(address) !== one || !note(address, answer)) return
    const wasFailing = isFailing()
    await follow()
    if (isFailing() && !wasFailing && !isStopped) refresher.refresh()
  }

  function isFailing(): boolean {
    return discovered.state().failure !== undefined
  }

  /** Has these asked and listened to, and no others. */
  function keepTo(targets: readonly WantedTarget<S>[]): void {
    const kept = new Set(targets.map(({ address }) => address))
    for (const [address, one] of asked) if (!kept.has(address) && asked.delete(address)) one.close()
    heard.keepTo(kept)
    for (const target of targets) {
      const as = asConfigured(target)
      const before = asked.get(target.address)
      if (before && isSameSeed(before.as, as)) continue
      before?.close()
      asked.set(target.address, askerOf(target, as))
    }
    events.listenTo(targets.map(asConfigured))
  }

  /** Takes what was heard by its end: what is heard meanwhile needs no other one. */
  function follow(): Promise<void> {
    following ??= followOnce().finally(() => {
      following = undefined
    })
    return following
  }

  async function followOnce(): Promise<void> {
    const reach = createReach()
    const { answering, kept } = heard.recall(asked.keys())
    // To read thousands of addresses takes longer than others can wait.
    await inSlices(namedMembers([...answering, ...kept]), ([by, member]) => reach(by, member))
    if (!isStopped) take(heard.recall(asked.keys()), reach)
  }

  function take(recalled: Recalled<S>, reach: Reach): void {
    const answers = oncePerId([...recalled.answering, ...recalled.kept])
    for (const { id, target } of answers) if (id !== '') ids.set(id, target.address)
    const found = sentinelTargets(seeds, answers, ids, reach)
    const isGrown = found.sentinels.some(({ address }) => !asked.has(address))
    sentinels = found.sentinels
    const failure = failureOf(recalled, reach)
    const current = new Set(sentinels.map(({ address }) => address))
    for (const [id, address] of ids) if (!current.has(address)) ids.delete(id)
    const before = known
    known = deploymentsOf(found.answers, seeds, ids, reach)
    keepTo(sentinels)
    tell([...found.sentinels, ...found.data], answers.length > 0, failure)
    const moved = movedMasters(before, known)
    if (moved.length > 0) options.onRoles?.(moved)
    if (isGrown) refresher.refresh()
  }

  function tell(wanted: readonly WantedTarget<S>[], isKnown: boolean, failure?: string): void {
    if (failure === undefined) discovered.found(wanted)
    else if (isKnown) discovered.foundInPart(wanted, failure)
    else discovered.lost(failure)
  }

  function failureOf(
    { answering, kept, over, error, sharing }: Recalled<S>,
    reach: Reach,
  ): string | undefined {
    const why = error ? ` (${describe(error)})` : ''
    const holds = kept.length > 0 ? `; ${lastAnswerHolds}` : ''
    if (answering.length === 0) return `no Sentinel answers${why}${holds}`
    const missed = deploymentsOf([...kept, ...over], seeds, ids, reach)
    if (missed.length === 0) return sharing.length > 0 ? sameId(sharing) : undefined
    const names = missed.map(({ topology }) => topology)
    return `no Sentinel answers for masters of ${toldNames(names)}${why}${holds || `; ${notWatched}`}`
  }

  const intervalMilliseconds = pollInterval
  const { random } = Math
  const refresher = startRefresher({ name, intervalMilliseconds, restMilliseconds, random, run })
  const { subscribe } = options
  const onChange = refresher.refresh
  const events = createSentinelEvents({ subscribe, onChange, clock, random, log })
  return {
    ...discovered,
    refresh: refresher.refresh,
    deployments: () => known,
    finding: () => ({
      ...discovered.finding(),
      sentinels,
      deployments: known,
      ids,
      heard: heard.all(),
    }),
    stop() {
      isStopped = true
      refresher.stop()
      events.stop()
      for (const one of asked.values()) one.close()
    },
  }
}

const notWatched = 'what they named is watched no more'
/** Of how many it is told by name what is wrong with them. */
const mostTold = 5

function sameId(names: readonly string[]): string {
  return `Sentinels have the same id, which each needs for itself (${toldNames(names)}; sentinel myid in their configuration)`
}

function toldNames(names: readonly string[]): string {
  const more = names.length - mostTold
  return [...names.slice(0, mostTold), ...(more > 0 ? [`${more} more`] : [])].join(', ')
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
