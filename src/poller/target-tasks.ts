import type { Clock } from '../clock.ts'
import type { Collector, CollectorSettings } from '../collectors/collector.ts'
import type { KeyCollector } from '../collectors/keys/key-collector.ts'
import { createRemedies } from '../collectors/remedy.ts'
import type { Log } from '../log.ts'
import type { PieceEncoder } from '../metrics/encoded-body.ts'
import type { OwnMetrics } from '../metrics/own-metrics.ts'
import { roleLabel } from '../metrics/poll-metrics.ts'
import { createSeriesWriter } from '../metrics/series-writer.ts'
import type { WalkFigures, WalkMetrics } from '../metrics/walk-metrics.ts'
import { wantedCollectors } from '../options/switches.ts'
import { clientName } from '../redis/client-name.ts'
import type { BulkConnection, Connect } from '../redis/connection.ts'
import { type RedisError, redisError } from '../redis/redis-error.ts'
import { createWalkTarget, type WalkTurn } from '../walk/walk-target.ts'
import { createCollectorLog } from './collector-log.ts'
import { createPollTarget, type PollResult, type PollTargetOptions } from './poll-target.ts'
import { createPollTask, type PollOutcome, type PollTask } from './poll-task.ts'
import type { Task } from './schedule.ts'
import { createSlowPollTask, type SlowPollTask } from './slow-poll-task.ts'
import { createSlowResults } from './slow-results.ts'
import type { OpenTarget } from './snapshot-store.ts'
import { createTargetConnections } from './target-connections.ts'
import { createWalkTask, type WalkTask } from './walk-task.ts'

/** The settings of a target, by the names of the options; times in milliseconds. */
export interface TargetSettings extends CollectorSettings {
  readonly pollInterval: number
  readonly pollTimeout: number
  readonly pollMaxAge: number
  readonly scanInterval: number
  readonly scanTimeout: number
  readonly scanMaxAge: number | undefined
  readonly scanMaxLoad: number
  readonly scanOn: 'master' | 'replica' | 'all' | undefined
  readonly checkKeysBatchSize: number
  readonly appendInstanceRoleLabel: boolean
  readonly setClientName: boolean
  readonly pingOnConnect: boolean
  readonly maxConnectionAge: number
}

export interface TargetTasksOptions {
  /** What it is called. */
  readonly target: string
  readonly namespace: string
  readonly settings: TargetSettings
  /** The database that the address names. */
  readonly database: number
  /** For this target alone; those that are on are taken. */
  readonly collectors: readonly Collector[]
  readonly keyCollectors: readonly KeyCollector[]
  readonly connect: Connect
  /** For what is polled on the slow schedule; the same unless given. */
  readonly connectSlowly?: Connect
  readonly connectInBulk: () => BulkConnection
  readonly store: OpenTarget
  /** Why a snapshot of so many bytes is not held; undefined where it is. */
  readonly refuse?: (bytes: number) => RedisError | undefined
  readonly ownMetrics: Pick<OwnMetrics, 'ofTarget'>
  readonly walkMetrics: Pick<WalkMetrics, 'ofTarget'>
  /** Called with what a poll gave, when it was published. */
  readonly onResult?: (result: PollResult) => void
  /** Called when all counts of a poll are made. */
  readonly onPolled: () => Promise<void>
  /** The turn of its walks, where only so many walk at a time: given back while the server is lost. */
  readonly turn?: WalkTurn
  /** Makes the pieces of what is served of its polls; their text is kept unless given. */
  readonly encoder?: PieceEncoder | undefined
  readonly clock: Clock
  readonly log: Log
}

// A command that was refused is tried again after so many walks: a right may be granted.
const retryIntervals = 10

export interface TargetTask extends Task {
  readonly kind: 'poll' | 'walk' | 'slow poll'
}

/** All that is done for one target. */
export interface TargetTasks {
  readonly tasks: readonly TargetTask[]
  /** What walks through its keys; undefined when nobody asks for it. */
  readonly walk: WalkTask | undefined
  /** How the last poll ended; undefined before the first has. */
  lastPoll(): PollOutcome | undefined
  /**
   * Ends what is under way, closes the connections and forgets the counts, for good: nothing of it
   * is published, counted or logged any more. Whoever has the tasks run takes them out of the
   * schedule first.
   */
  stop(): void
}

/**
 * Makes the tasks of one target, which the schedule runs: its poll, and on the slow schedule the
 * walk through its keys and the poll of what else is expensive, each over a connection of its own, so
 * that none waits for another.
 */
export function createTargetTasks(options: TargetTasksOptions): TargetTasks {
  const { target, namespace, settings, database, clock, store, turn } = options
  const { connectSlowly = options.connect } = options
  const counts = options.ownMetrics.ofTarget(target)
  let figures: WalkFigures | undefined
  const stopped = new AbortController()
  const { signal } = stopped
  const log = options.log.child({ target })
  const connections = createTargetConnections({
    target,
    maximumAgeMilliseconds: settings.maxConnectionAge,
    counts,
    clock,
    log,
  })
  const showRole = settings.appendInstanceRoleLabel
  const { scanOn = 'all' } = settings
  const byRole = showRole || scanOn !== 'all'
  const wanted = wantedCollectors(options.collectors, settings)
  const polling = wanted.filter(({ schedule }) => schedule !== 'slow')
  const slow = wanted.filter(({ schedule }) => schedule === 'slow')
  const walking = wantedCollectors(options.keyCollectors, settings)
  // The commands of a walk are asked for in the name of its collectors.
  const asking = walking.map(({ name, commands }) => ({ name, commands: ['scan', ...commands] }))
  const remedyOf = createRemedies([...wanted, ...asking])
  const noteCollector = createCollectorLog(log, counts, remedyOf)
  const beginResults = createSlowResults({
    namespace,
    showRole,
    byRole,
    scanInterval: settings.scanInterval,
    scanMaxAge: settings.scanMaxAge,
    store,
  })

  const walk = walking.length > 0 ? makeWalkTask() : undefined
  const slowPoll = slow.length > 0 ? makeSlowPollTask() : undefined
  const onSlowSchedule = [walk, slowPoll].filter((one) => one !== undefined)
  const poll = makePollTask()

  function makePollTarget(
    name: string,
    collectors: readonly Collector[],
    timeout: number,
    connect: Connect,
    further: Pick<PollTargetOptions, 'pingOnConnect' | 'createWriter'> = {},
  ) {
    const connection = connections.single(name, connect, timeout)
    const pollTarget = createPollTarget({
      connection,
      collectors,
      settings,
      database,
      timeoutMilliseconds: timeout,
      retryMilliseconds: settings.scanInterval,
      setClientName: settings.setClientName,
      ...further,
      clock,
    })
    return { pollTarget, leave: () => connection.drop(anotherServer()) }
  }

  function makePollTask(): PollTask {
    const { pollTarget } = makePollTarget('poll', polling, settings.pollTimeout, options.connect, {
      pingOnConnect: settings.pingOnConnect,
      createWriter: (role) => createSeriesWriter(namespace, showRole ? roleLabel(role) : undefined),
    })
    return createPollTask({
      namespace,
      maximumAgeMilliseconds: settings.pollMaxAge,
      remedyOf,
      sharedFamilies: new Set([...walking, ...slow].flatMap(familyNames)),
      showRole,
      byRole,
      encoder: options.encoder,
      slow: (origin) => onSlowSchedule.flatMap((one) => one.collectors(origin)),
      onMet: (origin) => {
        for (const one of onSlowSchedule) one.meet(origin)
      },
      pollTarget,
      store,
      refuse: options.refuse,
      counts,
      onResult: options.onResult,
      onPolled: options.onPolled,
      noteCollector,
      clock,
      log,
      signal,
    })
  }

  function makeSlowPollTask(): SlowPollTask {
    const { pollTarget, leave } = makePollTarget(
      'slow poll',
      slow,
      settings.scanTimeout,
      connectSlowly,
    )
    return createSlowPollTask({
      collectors: slow,
      pollTarget,
      leave,
      beginResults,
      noteCollector,
      clock,
      signal,
    })
  }

  function makeWalkTask(): WalkTask {
    const connection = connections.bulk('scan', options.connectInBulk, settings.pollTimeout)
    const names = walking.map(({ name }) => name)
    figures = options.walkMetrics.ofTarget(target)
    return createWalkTask({
      target,
      byRole,
      scanMaxAge: settings.scanMaxAge,
      names,
      leave: () => connection.drop(anotherServer()),
      beginResults,
      withdraw: () => store.withdrawSlow(names),
      figures,
      noteCollector,
      clock,
      log,
      signal,
      createWalk: (hooks) =>
        createWalkTarget(
          {
            connection,
            collectors: walking,
            settings,
            timeoutMilliseconds: settings.scanTimeout,
            retryMilliseconds: retryIntervals * settings.scanInterval,
            clock,
            greeting: settings.setClientName ? clientName : undefined,
            signal,
            ...(turn ? { turn } : {}),
          },
          hooks,
        ),
    })
  }

  function slowTask(kind: 'walk' | 'slow poll', { run }: WalkTask | SlowPollTask): TargetTask {
    return {
      kind,
      // A place of its own, apart from that of the poll.
      name: `${target} ${kind}`,
      intervalMilliseconds: settings.scanInterval,
      run,
      // That a walk takes longer than the interval is no failure: its progress tells.
      onSkip: () => undefined,
    }
  }

  return {
    walk,
    lastPoll: poll.last,
    tasks: [
      {
        kind: 'poll',
        name: target,
        intervalMilliseconds: settings.pollInterval,
        run: poll.run,
        onSkip: counts.pollsSkipped,
      },
      ...(walk ? [slowTask('walk', walk)] : []),
      ...(slowPoll ? [slowTask('slow poll', slowPoll)] : []),
    ],
    stop() {
      stopped.abort()
      const gone = redisError('other', 'the target is watched no more')
      connections.close(gone)
      counts.forget()
      figures?.forget()
    },
  }
}

function anotherServer() {
  return redisError('connection', 'another server answers at the address')
}

function familyNames({ metrics }: Pick<Collector, 'metrics'>): readonly string[] {
  return metrics.map(({ name }) => name)
}
