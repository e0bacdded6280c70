import { expect, test } from 'vitest'
import { checkStreams } from '../../../src/collectors/keys/check-streams.ts'
import type { Exchange } from '../../../src/redis/connection.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { walkOf } from '../../support/tiny-walk.ts'

/** A server whose keys `orders…` are all the recorded stream, and all others lists. */
function server() {
  const trips: string[][] = []
  const recorded = recordedAnswer('redis-7.0.15')
  const read: Exchange = async (commands) => {
    trips.push(commands.map((command) => command.join(' ')))
    return commands.map(([name, ...rest]) => {
      if (name === 'TYPE' && !rest[0]?.startsWith('orders')) return 'list'
      return recorded([name, ...rest.map((word) => word.replace(/^orders.*/, 'orders'))])
    })
  }
  return { trips, read }
}

function startWalk(maxSeries?: number) {
  const around = walkOf(['--check-streams=*', '--check-single-streams=orders9'], maxSeries)
  return { ...around, visitor: checkStreams.start(around.walk) }
}

test('a batch is three round trips, and what is no stream is asked for its type only', async () => {
  const { visitor, take } = startWalk()
  const { trips, read } = server()

  expect(take(await visitor.visit(0, ['list', 'orders1', 'orders2'], read))).toHaveLength(32)
  expect(trips).toEqual([
    ['TYPE list', 'TYPE orders1', 'TYPE orders2'],
    [
      'XINFO STREAM orders1',
      'XINFO GROUPS orders1',
      'XINFO STREAM orders2',
      'XINFO GROUPS orders2',
    ],
    ['XINFO CONSUMERS orders1 billing', 'XINFO CONSUMERS orders2 billing'],
  ])
})

test('a batch without streams is one round trip', async () => {
  const { visitor, take } = startWalk()
  const { trips, read } = server()

  expect(take(await visitor.visit(0, ['list'], read))).toEqual([])
  expect(trips).toEqual([['TYPE list']])
})

test('a stream that comes twice is given once, and one that was not taken in is given still', async () => {
  const { visitor, take } = startWalk()
  const { read } = server()
  await visitor.visit(0, ['orders1'], read)

  expect(take(await visitor.visit(0, ['orders1', 'orders1'], read))).toHaveLength(16)
  expect(take(await visitor.visit(0, ['orders1'], read))).toEqual([])
})

test('a stream that is read with every poll is left to that', async () => {
  const { visitor, take } = startWalk()
  const { trips, read } = server()

  expect(take(await visitor.visit(0, ['orders9'], read))).toEqual([])
  expect(trips).toEqual([])
})

test('streams are whole: those beyond the room are left out and counted', async () => {
  const { visitor, take, leftOut } = startWalk(40)
  const { read } = server()
  const keys = ['orders1', 'orders2', 'orders3']

  expect(take(await visitor.visit(0, keys, read))).toHaveLength(32)
  expect(leftOut()).toBe(16)
})
