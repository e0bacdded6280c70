import { describe, expect, test } from 'vitest'
import { createTurns, createTurnsOfGroup, type Turn } from '../../src/fleet/turns.ts'

const stays = () => new AbortController().signal

/** Asks for a turn; tells once it is there. */
function asking(turn: Turn) {
  let isThere = false
  void turn.take().then(() => {
    isThere = true
  })
  return () => isThere
}

/** Lets all that is settled be heard. */
const settled = () => new Promise(setImmediate)

test('so many go on at once, the next when one of them is done', async () => {
  const turns = createTurns(2)
  const all = Array.from({ length: 4 }, () => turns.turn(stays()))
  const there = all.map(asking)
  await settled()
  expect(there.map((one) => one())).toEqual([true, true, false, false])

  all[1]?.give()
  await settled()
  expect(there.map((one) => one())).toEqual([true, true, true, false])
})

test('whoever asks again stands behind those that wait', async () => {
  const turns = createTurns(1)
  const order: string[] = []
  const work = async (name: string) => {
    const turn = turns.turn(stays())
    for (let round = 0; round < 3; round++) {
      await turn.take()
      order.push(name)
      await settled()
      turn.give()
    }
  }
  await Promise.all(['a', 'b', 'c'].map(work))

  expect(order.join('')).toBe('abcabcabc')
})

describe('a turn', () => {
  test('is had once, however often it is asked for', async () => {
    const turns = createTurns(1)
    const [one, other] = [turns.turn(stays()), turns.turn(stays())]
    await Promise.all([one.take(), one.take()])
    const there = asking(other)
    one.give()
    await settled()

    expect(there()).toBe(true)
  })

  test('that is given twice lets one go on', async () => {
    const turns = createTurns(1)
    const all = Array.from({ length: 3 }, () => turns.turn(stays()))
    await all[0]?.take()
    const there = all.slice(1).map(asking)
    all[0]?.give()
    all[0]?.give()
    await settled()

    expect(there.map((one) => one())).toEqual([true, false])
  })

  test('of whoever is gone is that of the next', async () => {
    const turns = createTurns(1)
    const gone = new AbortController()
    await turns.turn(gone.signal).take()
    const there = asking(turns.turn(stays()))
    gone.abort()
    await settled()

    expect(there()).toBe(true)
  })

  test('is never that of one who went while waiting', async () => {
    const turns = createTurns(1)
    const first = turns.turn(stays())
    await first.take()
    const gone = new AbortController()
    const [waiting, next] = [asking(turns.turn(gone.signal)), asking(turns.turn(stays()))]
    gone.abort()
    first.give()
    await settled()

    expect([waiting(), next()]).toEqual([false, true])
  })

  test('is never that of one who asks when gone', async () => {
    const gone = AbortSignal.abort()
    const turns = createTurns(1)
    const there = asking(turns.turn(gone))
    await settled()

    expect(there()).toBe(false)
    await turns.turn(stays()).take()
  })
})

test('it is known whether anybody waits', async () => {
  const turns = createTurns(1)
  const [one, other] = [turns.turn(stays()), turns.turn(stays())]
  await one.take()
  expect(turns.isWaitedFor()).toBe(false)

  asking(other)
  expect(turns.isWaitedFor()).toBe(true)
})

describe('turns of a group', () => {
  test('are never all of them, however many of the group ask first', async () => {
    const all = createTurns(2)
    const group = createTurnsOfGroup(all, 1)
    const ofGroup = Array.from({ length: 5 }, () => group.turn(stays()))
    const there = ofGroup.map(asking)
    await settled()
    const others = [all.turn(stays()), all.turn(stays())]
    const othersThere = others.map(asking)
    await settled()
    expect(there.map((one) => one())).toEqual([true, false, false, false, false])
    expect(othersThere.map((one) => one())).toEqual([true, false])

    // Each goes on after those that waited with all.
    ofGroup[0]?.give()
    await settled()
    expect([othersThere[1]?.(), there[1]?.()]).toEqual([true, false])

    others[0]?.give()
    await settled()
    expect(there[1]?.()).toBe(true)
  })

  test('keep their number where one gives that waits with all', async () => {
    const all = createTurns(1)
    const group = createTurnsOfGroup(all, 1)
    const other = all.turn(stays())
    await other.take()
    const [early, late] = [group.turn(stays()), group.turn(stays())]
    const there = [early, late].map(asking)
    await settled()
    early.give()
    other.give()
    await settled()
    expect(there.map((one) => one())).toEqual([true, false])
    expect(all.isWaitedFor()).toBe(false)

    early.give()
    await settled()
    expect(there[1]?.()).toBe(true)
  })

  test('are not taken by one that gave before it had its turn', async () => {
    const all = createTurns(1)
    const group = createTurnsOfGroup(all, 1)
    const turn = group.turn(stays())
    const taken = turn.take()
    turn.give()
    await taken
    turn.give()
    await settled()
    const others = [asking(all.turn(stays())), asking(group.turn(stays()))]
    await settled()

    expect(others.map((one) => one())).toEqual([true, false])
  })

  test('of whoever is gone are free for others, also while it waits with all', async () => {
    const all = createTurns(1)
    const group = createTurnsOfGroup(all, 1)
    const other = all.turn(stays())
    await other.take()
    const gone = new AbortController()
    asking(group.turn(gone.signal))
    await settled()
    gone.abort()
    const next = asking(group.turn(stays()))
    other.give()
    await settled()

    expect(next()).toBe(true)
  })
})
