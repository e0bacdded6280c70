import { systemClock } from '../../src/clock.ts'
import { createCollectors } from '../../src/collectors/index.ts'
import type { Source } from '../../src/discovery/source.ts'
import { type Fleet, startFleet } from '../../src/fleet/fleet.ts'
import { createTurnsOfFleet } from '../../src/fleet/in-turn.ts'
import { createStart, type SettingsOfRunning } from '../../src/fleet/running-target.ts'
import { createTopologyWatch } from '../../src/fleet/topology-watch.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createWalkMetrics } from '../../src/metrics/walk-metrics.ts'
import { startSchedule } from '../../src/poller/schedule.ts'
import { createSnapshotStore, type SnapshotStore } from '../../src/poller/snapshot-store.ts'
import { createNameLookups } from '../../src/targets/name-lookups.ts'
import { joinedText } from './joined-text.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'
import { snapshotBytes } from './snapshot-bytes.ts'

export interface TestFleet extends RecordedLog, Disposable {
  readonly fleet: Fleet
  readonly store: SnapshotStore
  /** All that is served of all targets, our own metrics included. */
  text(): Promise<string>
  /** The same of one target, without its labels. */
  textOf(target: string): string | undefined
}

export interface TestFleetOptions {
  readonly maxConnecting?: number
  readonly maxWalks?: number
}

/** A fleet within the process of the test, with real clocks and connections. */
export function testFleet<S extends SettingsOfRunning>(
  sources: readonly Source<S>[],
  { maxConnecting = 50, maxWalks = 2 }: TestFleetOptions = {},
): TestFleet {
  const recorded = recordedLog()
  const { log } = recorded
  const clock = systemClock
  const walkMetrics = createWalkMetrics('redis', clock, true)
  const ownMetrics = createOwnMetrics('redis', undefined, {
    several: true,
    further: [walkMetrics],
  })
  const store = createSnapshotStore(clock)
  const watch = createTopologyWatch({
    topologies: {
      refresh: () => undefined,
      clusters: () => [],
      deployments: () => [],
      replicasBeside: () => [],
    },
    namespace: 'redis',
    clock,
  })
  const schedule = startSchedule({ clock, log, spreads: true })
  const fleet = startFleet<S>({
    sources,
    start: createStart({
      namespace: 'redis',
      createCollectors,
      schedule,
      lookUp: createNameLookups().configured,
      store,
      ownMetrics,
      walkMetrics,
      watch,
      turns: createTurnsOfFleet({ pollMaxConnecting: maxConnecting, scanMaxConcurrent: maxWalks }),
      onPolled: async () => {},
      clock,
      log,
    }),
    log,
  })
  const ownText = (name: string) => ownMetrics.textOf(name) + walkMetrics.textOf(name)
  const textOf = (served: Pick<ReturnType<SnapshotStore['serve']>, 'bodies'>) =>
    snapshotBytes(served).toString()
  return {
    ...recorded,
    fleet,
    store,
    text: async () =>
      (await joinedText(store, clock, {}, ownText)) +
      (await ownMetrics.render()) +
      textOf({ bodies: await watch.bodies() }),
    textOf(target) {
      const served = store.serve(target)
      return served && textOf(served)
    },
    [Symbol.dispose]() {
      fleet.stop()
      schedule.stop()
    },
  }
}
