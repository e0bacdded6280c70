import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import type { FakeMaster, FakeSentinel } from '../support/fake-sentinels.ts'
import { followFakeSentinels, within } from '../support/followed-fake-sentinels.ts'

const orders = (host: string, ...sentinels: readonly string[]): Record<string, FakeMaster> => ({
  orders: { host, replicas: [`${host}-replica`], sentinels },
})

/** The Sentinels a1 and a2, which know each other, and b1 of another deployment. */
const two = (): Record<'a1' | 'a2' | 'b1', FakeSentinel> => ({
  a1: { masters: orders('a', 'a2') },
  a2: { masters: orders('a', 'a1') },
  b1: { masters: orders('b') },
})

function silence(...sentinels: readonly FakeSentinel[]): void {
  for (const one of sentinels) one.isDown = true
}

const allOfTwo = ['a', 'a-replica', 'a1', 'a2', 'b', 'b-replica', 'b1']

const keptOfA =
  'no Sentinel answers for masters of redis://a1:26379 (connection: gone); what was found last is still watched'
const overOfA =
  'no Sentinel answers for masters of redis://a1:26379 (connection: gone); what they named is watched no more'

describe('of two deployments, one of which nobody answers', () => {
  test('what was found last is kept, and that it cannot be found anew is told, and logged once', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await source.finds(...allOfTwo)
    silence(sentinels.a1, sentinels.a2)
    await source.fails(keptOfA)
    source.refresh()
    await source.fails(keptOfA)

    expect(source.hosts()).toEqual(allOfTwo)
    expect(source.failures()).toEqual([`discovery failed: ${keptOfA}`])
    expect(source.masters()).toEqual([{ 'orders b': ['b1'] }, { 'orders a': [] }])
  })

  test('what was found last is forgotten in the end, which is told', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await source.finds(...allOfTwo)
    silence(sentinels.a1, sentinels.a2)
    await source.fails(keptOfA)
    source.clock.advance(301_000)
    await source.fails(overOfA)

    expect(source.hosts()).toEqual(['a1', 'b', 'b-replica', 'b1'])
    expect(source.masters()).toEqual([{ 'orders b': ['b1'] }])
    Object.assign(sentinels.a1, { isDown: false })
    Object.assign(sentinels.a2, { isDown: false })
    await source.finds(...allOfTwo)
    expect(source.state().failure).toBeUndefined()
  })

  test('each is kept for as long from its own failure', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await source.finds(...allOfTwo)
    silence(sentinels.b1)
    await source.fails(keptOfA.replace('a1', 'b1'))
    source.clock.advance(200_000)
    silence(sentinels.a1, sentinels.a2)
    await source.fails(
      'no Sentinel answers (connection: gone); what was found last is still watched',
    )
    expect(source.hosts()).toEqual(allOfTwo)
    source.clock.advance(101_000)
    await source.finds('a', 'a-replica', 'a1', 'a2', 'b1')
    source.clock.advance(200_000)
    await source.finds('a1', 'b1')
    await source.fails(
      'no Sentinel answers (connection: gone); nothing else is watched than what is configured',
    )

    expect(source.masters()).toEqual([])
  })

  test('nothing goes and nothing fails where those are only slow for once', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await source.finds(...allOfTwo)
    const before = source.told()
    Object.assign(sentinels.a1, { delayMilliseconds: 350 })
    Object.assign(sentinels.a2, { delayMilliseconds: 350 })
    sentinels.a1.masters = orders('a', 'a2', 'a3')
    source.refresh()
    await eventually(() => expect(source.hosts()).toContain('a3'), within)

    expect(source.hosts()).toEqual([...allOfTwo, 'a3'].sort())
    expect(source.told()).toBe(before + 1)
    expect(source.failures()).toEqual([])
  })

  test('it is told as soon as those took too long, and not only when they are asked again', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels, pollTimeout: 1_000 })
    await source.finds(...allOfTwo)
    Object.assign(sentinels.a1, { delayMilliseconds: 1_500 })
    Object.assign(sentinels.a2, { delayMilliseconds: 1_500 })
    source.refresh()

    await eventually(
      () => expect(source.state().failure).toMatch(/for masters of redis:\/\/a1:26379 \(timeout/),
      within,
    )
    expect(source.hosts()).toEqual(allOfTwo)
  })

  test('what was found last is kept where what is configured is given anew', async () => {
    const sentinels = two()
    const before = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await before.finds(...allOfTwo)
    before.stop()
    silence(sentinels.a1, sentinels.a2)
    const { clock } = before
    const source = followFakeSentinels({
      seeds: ['a1', 'b1', 'c1'],
      sentinels,
      before: before.finding(),
      clock,
    })
    await source.fails(keptOfA)

    expect(source.hosts()).toEqual([...allOfTwo, 'c1'])
  })
})

test.each([
  ['the other one is told by another Sentinel', 'b2', false],
  ['nobody answers of the other one', 'b1', true],
])(
  'of two deployments, one that is configured no more goes, also where %s',
  async (_, seed, isDown) => {
    const sentinels = {
      ...two(),
      b1: { masters: orders('b', 'b2') },
      b2: { masters: orders('b', 'b1') },
    } as Record<'a1' | 'a2' | 'b1' | 'b2', FakeSentinel>
    const before = followFakeSentinels({ seeds: ['a1', 'b1'], sentinels })
    await before.finds(...allOfTwo, 'b2')
    before.stop()
    for (const one of [sentinels.b1, sentinels.b2]) one.isDown = isDown
    const source = followFakeSentinels({ seeds: [seed], sentinels, before: before.finding() })

    expect(source.hosts()).toEqual([...allOfTwo, 'b2'])
    await source.finds('b', 'b-replica', 'b1', 'b2')
  },
)

describe('of one deployment, some of which do not answer', () => {
  /** All of s1, s2 and s3 watch `orders`; s3 alone watches `carts`. */
  const three = (): Record<'s1' | 's2' | 's3', FakeSentinel> => ({
    s1: { masters: orders('o', 's2', 's3') },
    s2: { masters: orders('o', 's1', 's3') },
    s3: { masters: { ...orders('o', 's1', 's2'), carts: { host: 'c' } } },
  })
  const allOfThree = ['c', 'o', 'o-replica', 's1', 's2', 's3']
  const kept =
    'no Sentinel answers for masters of redis://s3:26379 (connection: gone); what was found last is still watched'

  test('a master is kept that only those watch, which is told', async () => {
    const sentinels = three()
    const source = followFakeSentinels({ seeds: ['s1'], sentinels })
    await source.finds(...allOfThree)
    silence(sentinels.s3)
    await source.fails(kept)

    expect(source.hosts()).toEqual(allOfThree)
    expect(source.masters()).toEqual([{ 'carts c': [], 'orders o': ['s1', 's2'] }])
  })

  test('a replica goes at once that those that answer do not name', async () => {
    const sentinels = three()
    const source = followFakeSentinels({ seeds: ['s1'], sentinels })
    await source.finds(...allOfThree)
    silence(sentinels.s3)
    for (const one of [sentinels.s1, sentinels.s2])
      one.masters = { orders: { host: 'o', sentinels: ['s1', 's2', 's3'] } }

    await source.finds(...allOfThree.filter((host) => host !== 'o-replica'))
  })

  test('a master goes at once that those that answer do not watch any more', async () => {
    const sentinels = three()
    const source = followFakeSentinels({ seeds: ['s1', 's2', 's3'], sentinels })
    await source.finds(...allOfThree)
    silence(sentinels.s3)
    await source.fails(kept)
    for (const one of [sentinels.s1, sentinels.s2]) one.masters = {}

    await source.finds('c', 's1', 's2', 's3')
  })

  test('it goes at once also where those went silent in the same moment', async () => {
    const sentinels = three()
    const source = followFakeSentinels({ seeds: ['s1', 's2', 's3'], sentinels })
    await source.finds(...allOfThree)
    silence(sentinels.s3)
    for (const one of [sentinels.s1, sentinels.s2]) one.masters = {}

    await source.finds('c', 's1', 's2', 's3')
    expect(source.state().failure).toBe(kept)
  })

  test('what those know that the others knew better does not come back when nobody answers', async () => {
    const sentinels = three()
    const source = followFakeSentinels({ seeds: ['s1'], sentinels })
    await source.finds(...allOfThree)
    silence(sentinels.s3)
    for (const one of [sentinels.s1, sentinels.s2])
      one.masters = { orders: { host: 'moved', epoch: 1, sentinels: ['s1', 's2', 's3'] } }
    await source.finds('c', 'moved', 's1', 's2', 's3')
    for (const one of [sentinels.s1, sentinels.s2]) Object.assign(one, { isDown: true })
    await source.fails(
      'no Sentinel answers (connection: gone); what was found last is still watched',
    )

    expect(source.hosts()).toEqual(['c', 'moved', 's1', 's2', 's3'])
  })
})

test('a failover that nobody told of is told when somebody answers again', async () => {
  const sentinels = { s1: { masters: orders('o') } } as Record<'s1', FakeSentinel>
  const source = followFakeSentinels({ seeds: ['s1'], sentinels })
  await source.finds('o', 'o-replica', 's1')
  silence(sentinels.s1)
  await source.fails('no Sentinel answers (connection: gone); what was found last is still watched')
  expect(source.masters()).toEqual([{ 'orders o': [] }])
  sentinels.s1.masters = { orders: { host: 'o-replica', replicas: ['o'], epoch: 1 } }
  Object.assign(sentinels.s1, { isDown: false })
  source.refresh()

  await eventually(
    () => expect(source.roles).toEqual(['redis://o:6379', 'redis://o-replica:6379']),
    within,
  )
})
