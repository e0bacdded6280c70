import { describe, expect, test } from 'vitest'
import { type PlacedTarget, seenReplicas } from '../../src/fleet/seen-replicas.ts'
import { targetPlaces } from '../../src/fleet/target-places.ts'
import type { Place, ReplicationPosition } from '../../src/redis/replication-position.ts'

const placed = (
  address: string,
  leadsTo: string | undefined,
  position: Partial<ReplicationPosition>,
): PlacedTarget => ({
  places: targetPlaces(`redis://${address}`, leadsTo),
  position: {
    ...{ role: 'replica', stream: 'abc', offset: 1, askedAt: 0, heardAt: 1, isLinked: true },
    ...{ master: undefined, replicas: [], areAllReplicas: true, ...position },
  },
})

const at = (text: string): Place => {
  const [host = '', port = ''] = text.split(' ')
  return { host, port }
}

/** A master `m` at 10.0.0.9 that sees replicas at these places. */
const masterOf = (seen: readonly string[], more: Partial<ReplicationPosition> = {}) =>
  placed('m:6379', '10.0.0.9', {
    role: 'master',
    replicas: seen.map((one) => ({ ...at(one), offset: 1, lagSeconds: 0 })),
    ...more,
  })

const replica = (
  address: string,
  leadsTo?: string,
  { master = 'm 6379', ...more }: { master?: string; isLinked?: boolean } = {},
) => placed(address, leadsTo, { master: at(master), ...more })

/** For each target, where its master sees it. */
const found = (master: PlacedTarget, ...targets: readonly PlacedTarget[]) => {
  const pairs = seenReplicas(master, targets)
  return targets.map((one) => {
    const seen = pairs.get(one)
    return seen && `${seen.host} ${seen.port}`
  })
}

describe('a replica that its master sees is a target', () => {
  test('that has this address, or whose name leads there', () => {
    const master = masterOf(['10.0.0.1 6379', '10.0.0.2 6379', 'c 6379'])
    const targets = [replica('a:6379', '10.0.0.1'), replica('10.0.0.2:6379'), replica('C:6379')]

    expect(found(master, ...targets)).toEqual(['10.0.0.1 6379', '10.0.0.2 6379', 'c 6379'])
  })

  test('that is the only one left, and says that this is its master', () => {
    const master = masterOf(['10.0.0.1 6379', '172.17.0.3 7777'])
    const known = replica('a:6379', '10.0.0.1')

    for (const own of ['m 6379', '10.0.0.9 6379'])
      expect(found(master, known, replica('b:6380', '10.0.0.2', { master: own }))).toEqual([
        '10.0.0.1 6379',
        '172.17.0.3 7777',
      ])
  })

  test('by its own address rather than by where another name leads', () => {
    const master = masterOf(['127.0.0.1 6380'])

    expect(
      found(master, replica('localhost:6380', '127.0.0.1'), replica('127.0.0.1:6380', '127.0.0.1')),
    ).toEqual([undefined, '127.0.0.1 6380'])
  })
})

describe('a replica that its master sees is no target', () => {
  const other = '172.17.0.3 7777'

  test.each<[string, PlacedTarget, readonly PlacedTarget[]]>([
    ['where two of them are left', masterOf([other, '172.17.0.4 7777']), [replica('a:6380')]],
    ['where two targets are left', masterOf([other]), [replica('a:6380'), replica('b:6380')]],
    [
      'where not all replicas are told',
      masterOf([other], { areAllReplicas: false }),
      [replica('a:6380')],
    ],
    [
      'where the only target is not connected to its master',
      masterOf([other]),
      [replica('a:6380', undefined, { isLinked: false })],
    ],
    [
      'where the only target has another master, as a replica of a replica has',
      masterOf([other]),
      [replica('a:6380', undefined, { master: '172.17.0.3 6379' })],
    ],
    [
      'where two names lead to one address',
      masterOf(['10.0.0.1 6379']),
      [replica('a:6379', '10.0.0.1'), replica('b:6379', '10.0.0.1')],
    ],
    [
      'where two replicas announce one address',
      masterOf(['10.0.0.1 6379', '10.0.0.1 6379']),
      [replica('a:6379', '10.0.0.1')],
    ],
  ])('%s', (_, master, targets) => {
    expect(found(master, ...targets)).toEqual(targets.map(() => undefined))
  })

  test('where the master of the only target is at its own host, and the replica is not', () => {
    const master = placed('127.0.0.1:6379', '127.0.0.1', {
      role: 'master',
      replicas: [{ ...at('10.0.0.2 6380'), offset: 1, lagSeconds: 0 }],
    })
    const chained = replica('127.0.0.1:7001', '127.0.0.1', { master: '127.0.0.1 6379' })

    expect(found(master, chained)).toEqual([undefined])
  })
})
