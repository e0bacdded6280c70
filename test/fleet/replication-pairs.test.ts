import { describe, expect, test } from 'vitest'
import { type Positioned, pairFigures, positioned } from '../../src/fleet/replication-pairs.ts'
import { targetPlaces } from '../../src/fleet/target-places.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { ReplicationPosition } from '../../src/redis/replication-position.ts'

type Moment = readonly [askedAt: number, heardAt: number]

function position(
  role: ReplicationPosition['role'],
  offset: number,
  [askedAt, heardAt]: Moment,
  more: Partial<ReplicationPosition> = {},
): ReplicationPosition {
  return {
    ...{ role, offset, askedAt, heardAt, stream: 'abc', replicas: [], master: undefined },
    ...{ isLinked: role === 'replica', areAllReplicas: true },
    ...more,
  }
}

const target = (name: string) => ({ name, places: targetPlaces(`redis://${name}:6379`) })

const polledTo = (name: string, ...positions: readonly ReplicationPosition[]): Positioned => {
  const [last] = positions.reduce<readonly Positioned[]>(
    (before, one) => [positioned(target(name), one, before[0])],
    [],
  )
  if (!last) throw new Error('the test gave no position')
  return last
}

const master = (...polls: readonly (readonly [offset: number, ...Moment])[]) =>
  polledTo('m', ...polls.map(([offset, ...at]) => position('master', offset, at)))
const replica = (offset: number, ...at: Moment) => polledTo('r', position('replica', offset, at))

const lag = (...all: readonly Positioned[]) =>
  encode('redis', [...pairFigures(all)].flat())
    .text.split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace('redis_replication_pair_lag_', ''))

describe('a replica lacks at least what its master had before the replica was asked', () => {
  test('all of it when the master had it already', () => {
    expect(lag(master([500, 0, 10]), replica(300, 2_010, 2_020))).toEqual([
      'bytes{master="m",replica="r",side="replica"} 200',
      'seconds{master="m",replica="r",side="replica"} 2',
    ])
  })

  test('nothing of what the master wrote later', () => {
    const busy = master([300, 0, 10], [900, 5_000, 5_010])

    expect(lag(busy, replica(300, 2_000, 2_010))).toEqual([
      'bytes{master="m",replica="r",side="replica"} 0',
      'seconds{master="m",replica="r",side="replica"} 0',
    ])
  })

  test('for as long as the master has had more', () => {
    const busy = master([300, 0, 10], [400, 1_000, 1_010], [900, 5_000, 5_010])

    expect(lag(busy, replica(300, 6_010, 6_020))).toEqual([
      'bytes{master="m",replica="r",side="replica"} 600',
      'seconds{master="m",replica="r",side="replica"} 5',
    ])
  })

  test('less than nothing never: it may be asked before the master is', () => {
    expect(lag(master([300, 0, 10]), replica(800, 2_000, 2_010))[0]).toMatch(/ 0$/)
  })

  test('and nothing is said of a master that was met after it', () => {
    expect(lag(master([500, 3_000, 3_010]), replica(300, 2_000, 2_010))).toEqual([])
  })
})

test('what the master tells of the replica that is connected to it is of one moment', () => {
  const replicas = [{ host: 'r', port: '6379', offset: 480, lagSeconds: 1 }]
  const told = polledTo('m', position('master', 500, [3_000, 3_010], { replicas }))

  expect(lag(told, replica(300, 2_000, 2_010))).toEqual([
    'bytes{master="m",replica="r",side="master"} 20',
    'seconds{master="m",replica="r",side="master"} 1',
  ])
})

test('nothing is told of a replica that has acknowledged nothing yet but when it answered', () => {
  const replicas = [{ host: 'r', port: '6379', offset: undefined, lagSeconds: 0 }]
  const told = polledTo('m', position('master', 500, [3_000, 3_010], { replicas }))

  expect(lag(told, replica(300, 2_000, 2_010))).toEqual([
    'seconds{master="m",replica="r",side="master"} 0',
  ])
})

describe('which master is that of a replica', () => {
  const named = polledTo(
    'r',
    position('replica', 300, [2_000, 2_010], { master: { host: 'm', port: '6379' } }),
  )
  const other = polledTo('other', position('master', 700, [0, 10]))

  test('follows from the stream, not from the name', () => {
    expect(lag(other, named)[0]).toBe('bytes{master="other",replica="r",side="replica"} 400')
  })

  test('is what the replica says where several have the stream', () => {
    expect(lag(other, master([500, 0, 10]), named)[0]).toBe(
      'bytes{master="m",replica="r",side="replica"} 200',
    )
  })

  test('is nobody where that is not watched', () => {
    const another = polledTo('another', position('master', 700, [0, 10]))
    expect(lag(other, another, named)).toEqual([])
  })

  test('is nobody of another stream', () => {
    const elsewhere = polledTo('m', position('master', 500, [0, 10], { stream: 'def' }))
    expect(lag(elsewhere, named)).toEqual([])
  })
})

test('what a master wrote of another stream counts no more', () => {
  const restarted = polledTo(
    'm',
    position('master', 500, [0, 10]),
    position('master', 20, [1_000, 1_010], { stream: 'def' }),
  )

  expect(restarted.written).toEqual([{ offset: 20, heardAt: 1_010 }])
})

test('what is remembered of a master is bounded, and its beginning is kept', () => {
  const polls = Array.from({ length: 1_000 }, (_, at) => [at, at * 1e3, at * 1e3 + 10] as const)
  const { written } = master(...polls)

  expect(written.length).toBeLessThanOrEqual(32)
  expect(written[0]).toEqual({ offset: 0, heardAt: 10 })
  expect(written.at(-1)).toEqual({ offset: 999, heardAt: 999_010 })
})
