import type { Clock } from '../clock.ts'
import type { Collector } from '../collectors/collector.ts'
import type { KeyCollector } from '../collectors/keys/key-collector.ts'
import type { Log } from '../log.ts'
import { createPacking } from '../metrics/encoded-body.ts'
import type { OwnMetrics } from '../metrics/own-metrics.ts'
import type { WalkMetrics } from '../metrics/walk-metrics.ts'
import type { Schedule } from '../poller/schedule.ts'
import type { SnapshotStore } from '../poller/snapshot-store.ts'
import { createTargetTasks, type TargetSettings, type TargetTask } from '../poller/target-tasks.ts'
import type { WalkTask } from '../poller/walk-task.ts'
import type { Admit, ConnectionSettings } from '../redis/connection.ts'
import { maximumSilence } from '../redis/connection-limits.ts'
import { createConnect } from '../redis/ioredis-connection.ts'
import { createSocketConnection } from '../redis/socket-connection.ts'
import { lookedUpBy } from '../targets/address.ts'
import type { LookUp } from '../targets/name-lookups.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { createInTurn, type TurnsOfFleet } from './in-turn.ts'
import type { BindTarget } from './on-demand-bounds.ts'
import { createOncePerMaster } from './once-per-master.ts'
import { createReadingInTurn, type ReadingOptions } from './reading-in-turn.ts'
import type { NotedTarget, TopologyWatch } from './topology-watch.ts'

/** A target that is polled. */
export interface RunningTarget<S> {
  readonly wanted: WantedTarget<S>
  readonly walk: WalkTask | undefined
  /** Polls it at once: it is not what it was. */
  pollNow(): void
  /**
   * Ends its tasks and connections. What is known of it is forgotten, unless it is kept for another
   * start under the same name.
   */
  stop(what: 'forgotten' | 'kept'): void
}

/** The settings of a target, those of its connections too. */
export type SettingsOfRunning = TargetSettings &
  ConnectionSettings &
  NonNullable<NotedTarget['settings']>

export interface StartOptions {
  readonly namespace: string
  /** For one target alone: what they keep between polls is of a server. */
  readonly createCollectors: () => {
    readonly collectors: readonly Collector[]
    readonly keyCollectors: readonly KeyCollector[]
  }
  readonly schedule: Pick<Schedule, 'add' | 'runNow'>
  /** By which the names of their servers are looked up. */
  readonly lookUp: LookUp
  readonly store: Pick<SnapshotStore, 'open'>
  /** Bounds what they hold together; unbounded unless given. */
  readonly bind?: BindTarget | undefined
  /** How what their servers answer is read in turn; all at once unless given. */
  readonly reading?: Omit<ReadingOptions, 'onLeftOut'> | undefined
  readonly ownMetrics: Pick<OwnMetrics, 'ofTarget'>
  readonly walkMetrics: Pick<WalkMetrics, 'ofTarget'>
  /** What targets wait for where there are many; one alone waits for nobody. */
  readonly turns: TurnsOfFleet | undefined
  /** What polls tell of more than one target. */
  readonly watch?: Omit<TopologyWatch, 'bodies'> | undefined
  readonly onPolled: () => Promise<void>
  /** Called for each target whose keys are walked. */
  readonly onWalked?: (() => void) | undefined
  readonly clock: Clock
  readonly log: Log
}

/** Makes the function that starts a target. */
export function createStart<S extends SettingsOfRunning>(
  options: StartOptions,
): (wanted: WantedTarget<S>) => RunningTarget<S> {
  const { schedule, lookUp, turns, watch } = options
  const packing = createPacking()
  const oncePerMaster = createOncePerMaster<S>(watch)

  return (wanted) => {
    const { address, name, login, labels, settings, database } = wanted
    const endpoint = lookedUpBy(lookUp, wanted.endpoint)
    const over = new AbortController()
    const inTurn =
      turns && createInTurn(turns, settings, over.signal, options.clock, () => pollNow())
    const connecting = (admit?: Admit) =>
      createConnect(endpoint, login, settings, maximumSilence(settings), admit)
    const store = options.store.open({
      name,
      address,
      labels,
      maximumAgeMilliseconds: settings.pollMaxAge,
      intervalMilliseconds: settings.pollInterval,
    })
    const bound = options.bind?.(address, store)
    const readingOf = () =>
      options.reading &&
      createReadingInTurn({ ...options.reading, onLeftOut: () => bound?.leftOut() })
    const reading = { poll: readingOf(), 'slow poll': readingOf(), walk: undefined }
    const connect = reading.poll?.waiting(connecting) ?? connecting()
    const { collectors, keyCollectors } = options.createCollectors()
    const tasks = createTargetTasks({
      ...options,
      collectors: oncePerMaster.start(wanted, collectors),
      keyCollectors,
      target: name,
      settings,
      database,
      connect: inTurn ? inTurn.watched(connect) : connect,
      connectSlowly: reading['slow poll']?.waiting(connecting) ?? connecting(),
      connectInBulk: () => createSocketConnection(endpoint, login, settings),
      store: bound?.store ?? store,
      ...(bound ? { refuse: bound.refuse } : {}),
      onResult: (result) => watch?.note(wanted, result),
      ...(inTurn ? { turn: inTurn.walkTurn, encoder: packing } : {}),
    })
    if (tasks.walk) options.onWalked?.()
    const scheduled = tasks.tasks
      .map(walkingOne(wanted, tasks.walk, watch))
      .map((task) => reading[task.kind]?.task(task) ?? task)
      .map((task) => (inTurn ? inTurn.task(task, tasks.lastPoll) : task))
    const remove = scheduled.map(schedule.add)
    function pollNow(): void {
      for (const task of scheduled) if (task.kind === 'poll') schedule.runNow(task)
    }
    return {
      wanted,
      walk: tasks.walk,
      pollNow,
      stop(what) {
        for (const one of remove) one()
        over.abort()
        tasks.stop()
        bound?.leave()
        watch?.forget(wanted)
        oncePerMaster.stop(wanted)
        if (what === 'forgotten') store.close()
      },
    }
  }
}

/** Where replicas are walked, has the keys of one replica of each master looked at. */
function walkingOne(
  wanted: WantedTarget<Pick<TargetSettings, 'scanOn'>>,
  walk: WalkTask | undefined,
  watch: StartOptions['watch'],
): (task: TargetTask) => TargetTask {
  if (!walk || !watch || wanted.settings.scanOn !== 'replica') return (task) => task
  watch.onLeave(wanted, walk.leaveToAnother)
  return (task) => {
    if (task.kind !== 'walk') return task
    return { ...task, run: async () => (watch.claimWalk(wanted) ? await task.run() : undefined) }
  }
}
