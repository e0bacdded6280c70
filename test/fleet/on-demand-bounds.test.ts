import { beforeEach, describe, expect, test } from 'vitest'
import {
  boundSettings,
  createOnDemandBounds,
  mostHeld,
  type OnDemandBounds,
} from '../../src/fleet/on-demand-bounds.ts'
import { createFamilyEncoder } from '../../src/metrics/family-lines.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import type { Snapshot } from '../../src/poller/snapshot.ts'
import type { OpenTarget } from '../../src/poller/snapshot-store.ts'

const store: OpenTarget = {
  role: () => '',
  publish: () => undefined,
  publishSlow: () => undefined,
  withdrawSlow: () => undefined,
  close: () => undefined,
}
const snapshot = {} as Snapshot

test('a target that a stranger chose may tell less than one that is configured', () => {
  const settings = { maxReplyBytes: 2_000_000, maxSeries: 100_000, pollInterval: 15_000 }

  expect(boundSettings(settings)).toEqual({
    maxReplyBytes: 500_000,
    maxSeries: 5_000,
    pollInterval: 15_000,
  })
})

test('what all of them may hold grows with how many there may be, and half of it is shared alike', () => {
  const bounded = { maxReplyBytes: 80, maxSeries: 1 }

  expect([mostHeld(bounded, 8), mostHeld(bounded, 16)]).toEqual([
    { inAll: 200, ofEach: 12 },
    { inAll: 240, ofEach: 7 },
  ])
})

describe('a target for which there is no room', () => {
  let told: string[]
  let bounds: OnDemandBounds

  beforeEach(() => {
    told = []
    bounds = createOnDemandBounds({ inAll: 200, ofEach: 10 }, (address) => void told.push(address))
  })

  const bind = (address: string) => bounds.bind(address, store)

  test('is turned away with the reason, and it is told', () => {
    const [one, other] = [bind('one'), bind('other')]
    expect(one.refuse(90)).toBeUndefined()

    expect(other.refuse(40)).toMatchObject({
      reason: 'too_large',
      message:
        'with it, what is watched on demand would hold more than 200 bytes; --scrape.max-targets or --redis.max-reply-bytes allows for more',
    })
    expect(told).toEqual(['other'])
    expect([bounds.isTurnedAway('one'), bounds.isTurnedAway('other')]).toEqual([false, true])
  })

  test('has its own share whatever the others hold', () => {
    bind('one').refuse(110)

    expect(bind('other').refuse(10)).toBeUndefined()
    expect(bind('third').refuse(11)).toBeDefined()
  })

  test('stays turned away while its failure is served, until there is room for a poll of it', () => {
    const [one, other] = [bind('one'), bind('other')]
    one.refuse(90)
    other.refuse(40)
    other.store.publish(snapshot)
    expect(bounds.isTurnedAway('other')).toBe(true)

    one.leave()
    expect(other.refuse(40)).toBeUndefined()
    other.store.publish(snapshot)
    expect(bounds.isTurnedAway('other')).toBe(false)
  })

  test('holds nothing of what it held before', () => {
    const [one, other] = [bind('one'), bind('other')]
    one.refuse(60)
    other.refuse(50)
    one.refuse(100)

    expect(other.refuse(110)).toBeUndefined()
  })

  test('counts what its walks gave, until that is withdrawn', async () => {
    const [one, other] = [bind('one'), bind('other')]
    const encoder = createFamilyEncoder('redis')
    encoder.add([sample(gauge('key_size', 'A size', ['key']), 1, { key: 'k'.repeat(60) })])
    const families = await encoder.finish()
    const origin = { run: { id: 'a', startedAt: undefined }, role: '' }
    const result = { families, origin, takenAt: 0, maximumAgeMilliseconds: 1, series: 1 }
    one.store.publishSlow('keys', result)
    expect(other.refuse(50)).toBeDefined()
    one.store.withdrawSlow(['keys'])

    expect(other.refuse(50)).toBeUndefined()
  })

  test('is told where it could not be read, and forgotten when it goes', () => {
    const one = bind('one')
    one.leftOut()
    expect([told, bounds.isTurnedAway('one')]).toEqual([['one'], true])

    one.leave()
    expect(bounds.isTurnedAway('one')).toBe(false)
  })
})
