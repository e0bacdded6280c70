import { createFamilyEncoder } from '../../src/metrics/family-lines.ts'
import { counter, gauge, type Sample, sample } from '../../src/metrics/metric.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import type { SlowResult } from '../../src/poller/target-snapshots.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { withoutHelp } from './fake-poll.ts'
import { heldTarget } from './held-target.ts'
import { runOf, upResult } from './poll-results.ts'
import { snapshotBytes } from './snapshot-bytes.ts'

export const maximumAge = 45_000
export const slowMaximumAge = 180_000

export const keySize = gauge('key_size', 'Size of a key (a test)', ['key'])
export const keysCount = gauge('keys_count', 'Keys (a test)', ['key'])
export const entries = counter('stream_entries', 'Entries (a test)', ['key'])
/** The families of which polls and walks give series. */
export const shared = new Set([keySize, keysCount, entries].map(({ name }) => name))

const single = sample(keySize, 1, { key: 'single' })

/** A store with one target, of which both polls and walks are published. */
export interface SlowStore {
  readonly clock: FakeClock
  readonly store: SnapshotStore
  readonly open: OpenTarget
  /** Publishes a poll; one that gives the series of a single key unless told otherwise. */
  poll(result?: ReturnType<typeof upResult>): Promise<void>
  walk(collector: string, ...samples: Parameters<typeof sample>[]): Promise<void>
  /** Publishes a walk that found the keys a and b. */
  keyWalk(): Promise<void>
  resultOf(samples: readonly Sample[], run?: string, role?: string): Promise<SlowResult>
  text(): string
  /** The part that is shared, which stands behind everything else. */
  ofKeys(): string | undefined
}

export function slowStore(): SlowStore {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  const open = heldTarget(store, 'redis://localhost:6379', maximumAge)

  async function poll(result = upResult({ name: 'single-keys', samples: [single] })) {
    open.publish(
      await renderSnapshot('redis', result, clock.monotonic(), maximumAge, {
        sharedFamilies: shared,
      }),
    )
  }

  async function walk(collector: string, ...samples: Parameters<typeof sample>[]) {
    open.publishSlow(collector, await resultOf(samples.map((one) => sample(...one))))
  }

  async function resultOf(
    samples: readonly Sample[],
    run = 'first',
    role = '',
  ): Promise<SlowResult> {
    const encoder = createFamilyEncoder('redis')
    encoder.add(samples)
    return {
      families: await encoder.finish(),
      series: encoder.series(),
      origin: { run: runOf(run), role },
      takenAt: clock.monotonic(),
      maximumAgeMilliseconds: slowMaximumAge,
    }
  }

  const text = () => snapshotBytes(store.serve()).toString()

  return {
    clock,
    store,
    open,
    poll,
    walk,
    keyWalk: () => walk('keys', [keySize, 5, { key: 'a' }], [keySize, 7, { key: 'b' }]),
    resultOf,
    text,
    ofKeys: () => withoutHelp(text()).split('redis_up 1\n')[1],
  }
}
