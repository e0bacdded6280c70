import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createKeyWalk, type KeyWalkOptions } from '../../src/walk/key-walk.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { createWalkVisitors } from '../../src/walk/walk-visitors.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeWalk } from './key-walk.ts'

export const someKeys = { 0: ['a1', 'a2', 'b1', 'b2', 'a3'], 2: ['a1'] }

/** By what the connection of a walk is lost where a test loses it. */
export const lost = redisError('connection', 'the connection was closed')

/** A walk with what its collectors gave so far, as `collector: db0 key`. */
export function walkOf(
  collectors: readonly KeyCollector[],
  count = 2,
  databases = 4,
  ahead = false,
  more: Partial<KeyWalkOptions> = {},
  clock = fakeClock(),
) {
  const given: string[] = []
  const refusals = createWalkRefusals(600_000, clock)
  const visitors = createWalkVisitors({
    collectors,
    walkOf: () => ({ ...fakeWalk({}, databases), refusals }),
    accept(collector, samples) {
      for (const { labels } of samples) given.push(`${collector}: ${labels.db} ${labels.key}`)
    },
    workTime: clock.monotonic,
  })
  const walk = createKeyWalk({
    visitors,
    databases,
    missing: (database) => database >= databases,
    keysIn: (database) => (database < 3 ? 5 : 0),
    count: () => count,
    ahead,
    isNode: false,
    refusals,
    ...more,
  })
  const failures = () =>
    [...visitors.results()].flatMap(([name, { error }]) =>
      error ? [[name, error.reason, error.message]] : [],
    )
  const parts = () =>
    [...visitors.results()].flatMap(([name, { failedParts }]) =>
      [...failedParts].map(([part, { reason }]) => `${name}: ${part} ${reason}`),
    )
  return { given, walk, visitors, failures, parts }
}
