import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReadingInTurn, type ReadingTurns } from '../../src/fleet/reading-in-turn.ts'
import { createTurns } from '../../src/fleet/turns.ts'
import type { Admit, Connection } from '../../src/redis/connection.ts'
import { fakeConnection, silence } from '../support/fake-connection.ts'
import { seconds } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const oneEach = (): ReadingTurns => ({ short: createTurns(1), long: createTurns(1) })

/** A target whose poll sends PING, does as told with the connection, and reads until it is told to end. */
function target(
  turns: ReadingTurns,
  further: (connection: Connection) => Promise<unknown> = async () => 0,
) {
  const did: string[] = []
  let leftOut = 0
  let admit: Admit = () => undefined
  let end: () => void = () => undefined
  let giveUp: () => void = () => undefined
  const reading = createReadingInTurn({ turns, shortBytes: 100, onLeftOut: () => void leftOut++ })
  const server = fakeConnection({ answer: (command) => (command === 'PING' ? 'OK' : silence) })
  const connection = reading.waiting((admits) => {
    admit = admits
    return () => server
  })()

  async function poll(): Promise<void> {
    await connection.open()
    await Promise.all(connection.send([['PING']]))
    did.push('read')
    await further(connection)
    did.push('read further')
    await new Promise<void>((resolve) => {
      end = resolve
    })
  }

  const task = reading.task({
    kind: 'poll',
    name: 'a',
    intervalMilliseconds: 1,
    onSkip: () => undefined,
    run: () =>
      Promise.race([
        poll().catch(() => void did.push('failed')),
        new Promise<void>((resolve) => {
          giveUp = resolve
        }),
      ]),
  })
  return {
    run: task.run,
    did,
    admit: (bytes: number) => admit(bytes),
    end: () => end(),
    giveUp: () => giveUp(),
    drops: () => server.drops.length,
    leftOut: () => leftOut,
  }
}

const settled = () => seconds(0.001)
const waits = (connection: Connection) => Promise.all(connection.send([['INFO']]))

test('what a server answered is read when nobody else reads', async () => {
  const turns = oneEach()
  const [one, other] = [target(turns), target(turns)]
  void one.run()
  void other.run()
  await settled()
  expect([one.did, other.did]).toEqual([['read', 'read further'], []])

  one.end()
  await settled()
  expect(other.did).toEqual(['read', 'read further'])
  expect([one.leftOut(), other.leftOut()]).toEqual([0, 0])
})

test('nothing is read before all replies of a round trip are there: what was read would be held', async () => {
  const turns = oneEach()
  const half = target(turns, async (connection) => {
    const [first] = connection.send([['PING'], ['INFO']])
    await first
  })
  void half.run()
  await settled()

  expect(half.did).toEqual(['read'])
})

test('a poll that was given up while it waited is told, and takes no turn any more', async () => {
  const turns = oneEach()
  const [one, late, other] = [target(turns), target(turns), target(turns)]
  for (const { run } of [one, late, other]) void run()
  await settled()
  late.giveUp()
  await settled()
  one.end()
  await settled()

  expect([late.did, other.did]).toEqual([[], ['read', 'read further']])
  expect([late.leftOut(), other.leftOut()]).toEqual([1, 0])
})

test('a server that is waited for keeps its turn where nobody else waits', async () => {
  const alone = target(oneEach(), waits)
  void alone.run()
  await seconds(60)

  expect([alone.did, alone.drops()]).toEqual([['read'], 0])
})

test('a server that is waited for loses its turn where others wait', async () => {
  const turns = oneEach()
  const [silent, other] = [target(turns, waits), target(turns)]
  void silent.run()
  void other.run()
  await seconds(5)

  expect([silent.did, other.did]).toEqual([
    ['read', 'failed'],
    ['read', 'read further'],
  ])
  expect([silent.drops(), silent.leftOut()]).toEqual([1, 1])
})

test('of long replies no more is received than is short before it is the turn of a server', async () => {
  const turns = oneEach()
  const [one, other] = [target(turns), target(turns)]
  void one.run()
  void other.run()
  expect([one.admit(100), other.admit(100)]).toEqual([undefined, undefined])
  await Promise.all([one.admit(1)])
  let isAdmitted = false
  void other.admit(1)?.then(() => {
    isAdmitted = true
  })
  await settled()
  expect([one.did.length, isAdmitted]).toEqual([2, false])

  one.end()
  await settled()
  expect([isAdmitted, other.admit(1_000)]).toEqual([true, undefined])
})

test('whoever has little to tell waits for nobody who has much', async () => {
  const turns = oneEach()
  const [long, short] = [target(turns), target(turns)]
  void long.run()
  void short.run()
  await Promise.all([long.admit(101)])
  await settled()

  expect([long.did, short.did]).toEqual([
    ['read', 'read further'],
    ['read', 'read further'],
  ])
})
