import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import type { FakeSentinel } from '../support/fake-sentinels.ts'
import { followFakeSentinels, within } from '../support/followed-fake-sentinels.ts'

// A Sentinel writes its id into its configuration: whoever copies that, or an image with it, copies the id.

const master = (host: string, ...sentinels: readonly string[]) => ({
  host,
  replicas: [`${host}-replica`],
  sentinels,
})

/** The Sentinels s1 and s2, which have the same id. */
const twins = (): Record<'s1' | 's2', FakeSentinel> => ({
  s1: { id: 'twin', masters: { one: master('a') } },
  s2: { id: 'twin', masters: { two: master('b') } },
})

const told = (...hosts: readonly string[]) =>
  `Sentinels have the same id, which each needs for itself (${hosts.map((host) => `redis://${host}:26379`).join(', ')}; sentinel myid in their configuration)`

const allOfBoth = ['a', 'a-replica', 'b', 'b-replica', 's1', 's2']

test('two Sentinels that have the same id are two, which is told', async () => {
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels: twins() })
  await source.fails(told('s1', 's2'))

  expect(source.hosts()).toEqual(allOfBoth)
  expect(source.masters()).toEqual([{ 'one a': ['s1'] }, { 'two b': ['s2'] }])
  expect(source.failures()).toEqual([`discovery failed: ${told('s1', 's2')}`])
})

test('each keeps the masters that have the same name', async () => {
  const sentinels = twins()
  sentinels.s2.masters = { one: master('b') }
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })

  await source.finds(...allOfBoth)
  expect(source.masters()).toEqual([{ 'one a': ['s1'] }, { 'one b': ['s2'] }])
})

test('each keeps those that it watches them with', async () => {
  const sentinels: Record<'s1' | 's2' | 'p1' | 'p2', FakeSentinel> = {
    s1: { id: 'twin', masters: { orders: master('a', 'p1') } },
    p1: { masters: { orders: master('a', 's1') } },
    s2: { id: 'twin', masters: { orders: master('b', 'p2') } },
    p2: { masters: { orders: master('b', 's2') } },
  }
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })

  await source.finds(...['a', 'a-replica', 'b', 'b-replica', 'p1', 'p2', 's1', 's2'])
  await eventually(
    () =>
      expect(source.masters()).toEqual([
        { 'orders a': ['s1', 'p1'] },
        { 'orders b': ['s2', 'p2'] },
      ]),
    within,
  )
})

test('what one of them watches is kept for a while once it does not answer', async () => {
  const sentinels = twins()
  sentinels.s2.masters = { one: master('b') }
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
  await source.finds(...allOfBoth)
  Object.assign(sentinels.s2, { isDown: true })
  await source.fails(
    'no Sentinel answers for masters of redis://s2:26379 (connection: gone); what was found last is still watched',
  )
  expect(source.hosts()).toEqual(allOfBoth)
  source.clock.advance(301_000)

  await source.finds('a', 'a-replica', 's1', 's2')
})

test('what one of them watches is kept also where they never answered at the same time', async () => {
  const sentinels = twins()
  Object.assign(sentinels.s1, { isDown: true })
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
  await source.finds('b', 'b-replica', 's1', 's2')
  Object.assign(sentinels.s1, { isDown: false })
  Object.assign(sentinels.s2, { isDown: true })

  await source.finds(...allOfBoth)
})

test('that is over once they have ids of their own', async () => {
  const sentinels = twins()
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
  await source.fails(told('s1', 's2'))
  Object.assign(sentinels.s2, { isDown: true })
  await source.fails(
    'no Sentinel answers for masters of redis://s2:26379 (connection: gone); what was found last is still watched',
  )
  Object.assign(sentinels.s2, { isDown: false, id: 's2', run: 'next' })
  await eventually(() => {
    source.refresh()
    expect(source.state().failure).toBeUndefined()
  }, within)

  expect(source.hosts()).toEqual(allOfBoth)
})

test('a Sentinel that is asked by two addresses is one, also once it was started again', async () => {
  const same = (run: string) => ({ id: 'same', run, masters: { one: master('a') } })
  const sentinels: Record<'s1' | 's2', FakeSentinel> = { s1: same('first'), s2: same('first') }
  const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
  await source.finds('a', 'a-replica', 's1', 's2')
  expect(source.masters()).toEqual([{ 'one a': ['s1'] }])
  Object.assign(sentinels.s1, { isDown: true })
  Object.assign(sentinels.s2, { isDown: true })
  await source.fails('no Sentinel answers (connection: gone); what was found last is still watched')
  Object.assign(sentinels.s1, { isDown: false, run: 'second' })
  await eventually(() => {
    source.refresh()
    expect(source.state().failure).toBeUndefined()
  }, within)

  expect(source.masters()).toEqual([{ 'one a': ['s1'] }])
})
