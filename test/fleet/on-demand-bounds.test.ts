import { expect, test } from 'vitest'
import { boundSettings, createBindTarget, mostHeldBytes } from '../../src/fleet/on-demand-bounds.ts'
import type { OpenTarget } from '../../src/poller/snapshot-store.ts'

const store: OpenTarget = {
  publish: () => undefined,
  publishSlow: () => undefined,
  close: () => undefined,
}

test('a target that a stranger chose may tell less than one that is configured', () => {
  const settings = { maxReplyBytes: 2_000_000, maxSeries: 100_000, pollInterval: 15_000 }

  expect(boundSettings(settings)).toEqual({
    maxReplyBytes: 500_000,
    maxSeries: 5_000,
    pollInterval: 15_000,
  })
})

test('what all of them may hold grows with how many there may be', () => {
  const bounded = { maxReplyBytes: 80, maxSeries: 1 }

  expect([mostHeldBytes(bounded, 8), mostHeldBytes(bounded, 100)]).toEqual([400, 1320])
})

test('whoever comes when they hold that much is refused with the reason, and it is told', () => {
  const told: string[] = []
  const bind = createBindTarget(100, (address) => void told.push(address))
  const [one, other] = [bind('one', store), bind('other', store)]

  expect(one.refuse(90)).toBeUndefined()
  expect(other.refuse(20)).toMatchObject({
    reason: 'too_large',
    message:
      'with it, what is watched on demand would hold more than 100 bytes; --scrape.max-targets or --redis.max-reply-bytes allows for more',
  })
  expect(told).toEqual(['other'])

  one.leave()

  expect(other.refuse(20)).toBeUndefined()
})
