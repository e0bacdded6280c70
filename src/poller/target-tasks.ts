import type { Clock } from '../clock.ts'
import type { Collector, CollectorSettings } from '../collectors/collector.ts'
import type { KeyCollector } from '../collectors/keys/key-collector.ts'
import { createRemedies } from '../collectors/remedy.ts'
import type { Log } from '../log.ts'
import type { OwnMetrics } from '../metrics/own-metrics.ts'
import type { ScanFigures } from '../metrics/scan-metrics.ts'
import { wantedCollectors } from '../options/switches.ts'
import type { BulkConnection } from '../redis/bulk-connection.ts'
import type { Connect } from '../redis/connection.ts'
import { redisError } from '../redis/redis-error.ts'
import {
  createRenewedBulkConnection,
  createRenewedConnection,
} from '../redis/renewed-connection.ts'
import { createWalkTarget } from '../walk/walk-target.ts'
import { createCollectorLog } from './collector-log.ts'
import { firstOffset } from './plan.ts'
import { clientName, createPollTarget } from './poll-target.ts'
import type { ScheduledTask } from './schedule.ts'
import { createSlowPoller, type SlowPoller } from './slow-poller.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import { createTargetPoller } from './target-poller.ts'
import { createTargetScanner, type TargetScanner } from './target-scanner.ts'

/** The settings of a target, by the names of the options; times in milliseconds. */
export interface TargetSettings extends CollectorSettings {
  readonly pollInterval: number
  readonly pollTimeout: number
  readonly pollMaxAge: number
  readonly scanInterval: number
  readonly scanTimeout: number
  readonly scanMaxAge: number | undefined
  readonly scanMaxLoad: number
  readonly checkKeysBatchSize: number
  readonly appendInstanceRoleLabel: boolean
  readonly setClientName: boolean
  readonly pingOnConnect: boolean
  readonly maxConnectionAge: number
}

export interface TargetTasksOptions {
  readonly target: string
  readonly namespace: string
  readonly settings: TargetSettings
  /** The database that the address names. */
  readonly database: number
  /** For this target alone; those that are on are taken. */
  readonly collectors: readonly Collector[]
  readonly keyCollectors: readonly KeyCollector[]
  readonly connect: Connect
  readonly connectInBulk: () => BulkConnection
  readonly store: SnapshotStore
  readonly ownMetrics: OwnMetrics
  readonly scanFigures: ScanFigures
  /** Called when all counts of a poll are made. */
  readonly onPolled: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

// A command that was refused is tried again after so many scans: a right may be granted.
const retryIntervals = 10

/** All that is done for one target. */
export interface TargetTasks {
  readonly tasks: readonly ScheduledTask[]
  /** What walks through its keys; undefined when nobody asks for it. */
  readonly scanner: TargetScanner | undefined
}

/**
 * The tasks of one target: its poll, and on the schedule of scans the walk through its keys and what
 * else is expensive, each over a connection of its own, so that none waits for another.
 */
export function createTargetTasks(options: TargetTasksOptions): TargetTasks {
  const { target, namespace, settings, database, clock, store, connect } = options
  const ownMetrics = options.ownMetrics.ofTarget(target)
  const log = options.log.child({ target })
  // The commands of a walk are asked for in the name of its collectors.
  const wanted = wantedCollectors(options.collectors, settings)
  const walking = wantedCollectors(options.keyCollectors, settings)
  const walked = walking.map((one) => ({
    name: one.name,
    commands: ['scan', ...one.commands],
  }))
  const remedyOf = createRemedies([...wanted, ...walked])
  const noteCollector = createCollectorLog(log, ownMetrics, remedyOf)
  const slow = wanted.filter(({ schedule }) => schedule === 'scan')
  const results = {
    target,
    namespace,
    showRole: settings.appendInstanceRoleLabel,
    scanInterval: settings.scanInterval,
    scanMaxAge: settings.scanMaxAge,
    store,
    noteCollector,
    clock,
  }
  const polling = {
    settings,
    database,
    clock,
    setClientName: settings.setClientName,
    retryMilliseconds: settings.scanInterval,
  }

  const scanner = walking.length > 0 ? makeScanner() : undefined
  const slowPoller = slow.length > 0 ? makeSlowPoller() : undefined

  const scans = [scanner, slowPoller].filter((one) => one !== undefined)

  function makeScanner(): TargetScanner {
    const connection = createRenewedBulkConnection(
      renewal(options.connectInBulk, settings.pollTimeout),
    )
    return createTargetScanner({
      ...results,
      names: walking.map(({ name }) => name),
      leave: () => connection.drop(anotherServer()),
      figures: options.scanFigures,
      log: options.log,
      createWalk: (hooks) =>
        createWalkTarget({
          connection,
          collectors: walking,
          settings,
          timeoutMilliseconds: settings.scanTimeout,
          retryMilliseconds: retryIntervals * settings.scanInterval,
          clock,
          greeting: settings.setClientName ? clientName : undefined,
          ...hooks,
        }),
    })
  }

  // Each target has an age of its own, so that not all connect at once.
  function renewal<C>(connectAnew: () => C, timeout: number) {
    const most = settings.maxConnectionAge
    return {
      connect: connectAnew,
      maximumAgeMilliseconds: most / 2 + firstOffset(target, most / 2, 2),
      patienceMilliseconds: timeout / 2,
      clock,
    }
  }

  function makeSlowPoller(): SlowPoller {
    const connection = createRenewedConnection(renewal(connect, settings.scanTimeout))
    const pollTarget = createPollTarget({
      ...polling,
      connection,
      collectors: slow,
      timeoutMilliseconds: settings.scanTimeout,
    })
    return createSlowPoller({
      ...results,
      collectors: slow,
      pollTarget,
      leave: () => connection.drop(anotherServer()),
    })
  }

  const poll = createTargetPoller({
    target,
    namespace,
    maximumAgeMilliseconds: settings.pollMaxAge,
    remedyOf,
    sharedFamilies: new Set([...walking, ...slow].flatMap(familyNames)),
    showRole: settings.appendInstanceRoleLabel,
    scanned: (origin) => scans.flatMap((one) => one.collectors(origin)),
    onMet: (origin) => {
      for (const one of scans) one.meet(origin)
    },
    pollTarget: createPollTarget({
      ...polling,
      connection: createRenewedConnection(renewal(connect, settings.pollTimeout)),
      collectors: wanted.filter(({ schedule }) => schedule !== 'scan'),
      timeoutMilliseconds: settings.pollTimeout,
      pingOnConnect: settings.pingOnConnect,
    }),
    store,
    ownMetrics,
    onPolled: options.onPolled,
    clock,
    log: options.log,
  })

  // That one scan takes longer than the interval is no failure: its progress tells.
  const scanTasks = [scanner?.scan, slowPoller?.poll].filter((run) => run !== undefined)
  return {
    scanner,
    tasks: [
      {
        name: target,
        intervalMilliseconds: settings.pollInterval,
        run: poll,
        onSkip: ownMetrics.pollsSkipped,
      },
      ...scanTasks.map((run) => ({
        name: target,
        intervalMilliseconds: settings.scanInterval,
        run,
        onSkip: () => undefined,
      })),
    ],
  }
}

function anotherServer() {
  return redisError('connection', 'another server answers at the address')
}

function familyNames({ metrics }: Pick<Collector, 'metrics'>): readonly string[] {
  return metrics.map(({ name }) => name)
}
