import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import type { FakeMaster, FakeSentinel } from '../support/fake-sentinels.ts'
import { followFakeSentinels, within } from '../support/followed-fake-sentinels.ts'

// A Sentinel knows others by the masters that it watches: once these are removed from all but one, nobody
// names that one any more. What it watches counts for as long as it is asked, and no longer.

const orders = (...sentinels: readonly string[]): Record<string, FakeMaster> => ({
  orders: { host: 'o', replicas: ['o-replica'], sentinels },
})

const three = (): Record<'s1' | 's2' | 's3', FakeSentinel> => ({
  s1: { masters: orders('s2', 's3') },
  s2: { masters: orders('s1', 's3') },
  s3: { masters: orders('s1', 's2') },
})
const allOfThree = ['o', 'o-replica', 's1', 's2', 's3']

/** Follows three, of which all but the last have stopped to watch anything. */
async function followTheLast() {
  const sentinels = three()
  const source = followFakeSentinels({ seeds: ['s1'], sentinels })
  await source.hasFound(...allOfThree)
  sentinels.s1.masters = {}
  sentinels.s2.masters = {}
  return { sentinels, source }
}

test('a master that is removed from one Sentinel after the other goes with the last, by what those tell', async () => {
  const { sentinels, source } = await followTheLast()
  source.tells('s1')
  await eventually(() => expect(source.masters()).toEqual([{ 'orders o': ['s3'] }]), within)
  expect(source.hosts()).toEqual(allOfThree)
  sentinels.s3.masters = {}
  source.tells('s3')

  await source.hasFound('s1')
})

test('what the last one watches is there for as long as it does, however often it is asked', async () => {
  const { sentinels, source } = await followTheLast()
  const told = source.told()
  for (const another of ['o2', 'o3', 'o4']) {
    sentinels.s3.masters = { orders: { host: another, sentinels: ['s1', 's2'] } }
    await source.finds(another, 's1', 's2', 's3')
  }

  expect(source.told()).toBe(told + 3)
})

test('what the last one watched is kept for a while once it is silent', async () => {
  const sentinels = three()
  const source = followFakeSentinels({ seeds: ['s1'], sentinels })
  const everybody = { 'orders o': ['s1', 's2', 's3'] }
  await eventually(() => expect(source.masters()).toEqual([everybody]), within)
  Object.assign(sentinels.s1, { isDown: true })
  Object.assign(sentinels.s2, { isDown: true })
  sentinels.s3.masters = { carts: { host: 'c', sentinels: ['s1', 's2'] } }
  await source.finds('c', 's1', 's2', 's3')
  Object.assign(sentinels.s1, { isDown: false, masters: {} })
  Object.assign(sentinels.s3, { isDown: true })
  await source.fails(
    'no Sentinel answers for masters of redis://s1:26379 (connection: gone); what was found last is still watched',
  )

  expect(source.hosts()).toEqual(['c', 's1', 's2', 's3'])
})

test('a Sentinel that left for another deployment goes with all who watch something there', async () => {
  const carts = (...names: readonly string[]) => ({ carts: { host: 'c', sentinels: names } })
  const sentinels = { ...three(), t1: { masters: carts('s3') } as FakeSentinel }
  const source = followFakeSentinels({ seeds: ['s1'], sentinels })
  await source.hasFound(...allOfThree)
  sentinels.s3.masters = carts('t1')
  source.tells('s3')
  await source.hasFound('c', ...allOfThree, 't1')
  sentinels.s1.masters = orders('s2')
  sentinels.s2.masters = orders('s1')
  source.tells('s1')

  await source.hasFound('o', 'o-replica', 's1', 's2')
  expect(source.masters()).toEqual([{ 'orders o': ['s1', 's2'] }])
})

test('what a Sentinel tells of is asked for though it owes an answer from before', async () => {
  const sentinels = three()
  const source = followFakeSentinels({ seeds: ['s1', 's3'], sentinels })
  await source.hasFound(...allOfThree)
  // Longer than anybody is waited for; what it answers is from the begin of that time.
  Object.assign(sentinels.s3, { delayMilliseconds: 1_000, asked: 0 })
  source.tells('s1')
  await eventually(() => expect(sentinels.s3.asked).toBe(1), within)
  for (const one of Object.values(sentinels)) one.masters = {}
  source.tells('s3')

  await source.hasFound('s1', 's3')
})
