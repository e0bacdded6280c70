import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import type { FakeMaster, FakeSentinel } from '../support/fake-sentinels.ts'
import { followFakeSentinels, within } from '../support/followed-fake-sentinels.ts'

// Two deployments may have one master in common, by which their Sentinels know each other, and others that
// have the same name without being the same.

const orders = (host: string, ...sentinels: readonly string[]): FakeMaster => ({
  host,
  replicas: [`${host}-replica`],
  sentinels,
})

const shared = (...sentinels: readonly string[]): FakeMaster => ({ host: 'x', sentinels })

const two = (): Record<'s1' | 's2', FakeSentinel> => ({
  s1: { masters: { orders: orders('a'), shared: shared('s2') } },
  s2: { masters: { orders: orders('b'), shared: shared('s1') } },
})

const all = ['a', 'a-replica', 'b', 'b-replica', 's1', 's2', 'x']

const kept =
  'no Sentinel answers for masters of redis://s2:26379 (connection: gone); what was found last is still watched'

describe('two Sentinels that know each other by one master, with another one each of the same name', () => {
  test('are followed from one of them, with both masters', async () => {
    const source = followFakeSentinels({ seeds: ['s1'], sentinels: two() })
    await source.finds(...all)

    expect(source.masters()).toEqual([
      { 'orders a': ['s1'], 'shared x': ['s1', 's2'] },
      { 'orders b': ['s2'] },
    ])
    expect(source.failures()).toEqual([])
    expect(source.roles).toEqual([])
  })

  test('keep the one for a while whose Sentinel does not answer, which is told', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
    await source.finds(...all)
    Object.assign(sentinels.s2, { isDown: true })
    await source.fails(kept)

    expect(source.hosts()).toEqual(all)
    expect(source.masters()).toEqual([
      { 'orders a': ['s1'], 'shared x': ['s1'] },
      { 'orders b': [] },
    ])
    source.clock.advance(301_000)
    await source.finds('a', 'a-replica', 's1', 's2', 'x')
    await source.fails(
      kept.replace('what was found last is still watched', 'what they named is watched no more'),
    )
  })

  test('keep it also when the other one stops to watch its own', async () => {
    const sentinels = two()
    const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
    await source.finds(...all)
    Object.assign(sentinels.s2, { isDown: true })
    await source.fails(kept)
    sentinels.s1.masters = { shared: shared('s2') }

    await source.finds('b', 'b-replica', 's1', 's2', 'x')
    expect(source.state().failure).toBe(kept)
  })

  test('drop it at once where another one that watches it does', async () => {
    const sentinels = {
      s1: { masters: { orders: orders('a'), shared: shared('s2', 's3') } },
      s2: { masters: { orders: orders('b', 's3'), shared: shared('s1', 's3') } },
      s3: { masters: { orders: orders('b', 's2'), shared: shared('s1', 's2') } },
    } as Record<'s1' | 's2' | 's3', FakeSentinel>
    const source = followFakeSentinels({ seeds: ['s1', 's2'], sentinels })
    await eventually(
      () => expect(source.masters()).toContainEqual({ 'orders b': ['s2', 's3'] }),
      within,
    )
    Object.assign(sentinels.s2, { isDown: true })
    sentinels.s3.masters = { shared: shared('s1', 's2') }

    await source.finds('a', 'a-replica', 's1', 's2', 's3', 'x')
  })
})
