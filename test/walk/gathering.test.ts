import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/redis/command.ts'
import { createGathering } from '../../src/walk/gathering.ts'
import { trailBegin } from '../../src/walk/scan-trail.ts'

/** A key space in which a SCAN finds one matching key at each cursor; the last cursor is `end`. */
function keySpace(end: number) {
  const scanned: string[] = []
  return {
    scanned,
    scan: async (cursor: string) => {
      scanned.push(cursor)
      const next = Number(cursor) + 1
      return [next > end ? '0' : String(next), [`key:${cursor}`]]
    },
  }
}

test('ahead, the keys of several SCANs come together until they are half of what one asks for', async () => {
  const { scan, scanned } = keySpace(100)
  const gather = createGathering({ scan, count: () => 6, ahead: true, keys: 100 })

  const first = await gather(trailBegin)
  expect(first).toMatchObject({
    ...{ trail: { cursor: '3', steps: 3 }, keys: ['key:0', 'key:1', 'key:2'] },
    most: 18,
  })
  // The next one is on its way already, and is not sent again.
  expect(scanned).toEqual(['0', '1', '2', '3'])
  expect(await gather(first.trail)).toMatchObject({
    ...{ trail: { cursor: '6', steps: 6 }, keys: ['key:3', 'key:4', 'key:5'] },
    most: 18,
  })
  expect(scanned).toEqual(['0', '1', '2', '3', '4', '5', '6'])
})

test('ahead, the next keys are looked for while the last ones are visited, and no further', async () => {
  const { scan, scanned } = keySpace(100)
  const gather = createGathering({ scan, count: () => 6, ahead: true, keys: 100 })

  await gather(trailBegin)
  await nextTurn()

  expect(scanned).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('ten SCANs at most come together, so that little is lost with a connection', async () => {
  const { scan } = keySpace(100)
  const gather = createGathering({ scan, count: () => 1000, ahead: true, keys: 100 })

  expect((await gather(trailBegin)).trail.cursor).toBe('10')
})

test('the last keys come with the cursor 0, and nothing is sent behind it', async () => {
  const { scan, scanned } = keySpace(1)
  const gather = createGathering({ scan, count: () => 1000, ahead: true, keys: 100 })

  expect(await gather(trailBegin)).toMatchObject({
    ...{ trail: { cursor: '0' }, keys: ['key:0', 'key:1'] },
    most: 2_000,
  })
  expect(scanned).toEqual(['0', '1'])
})

test('not ahead, each SCAN is sent when its keys are wanted, and they come alone', async () => {
  const { scan, scanned } = keySpace(100)
  const gather = createGathering({ scan, count: () => 1000, ahead: false, keys: 100 })

  expect(await gather(trailBegin)).toMatchObject({
    ...{ trail: { cursor: '1' }, keys: ['key:0'] },
    most: 1_000,
  })
  expect(scanned).toEqual(['0'])
})

describe('a SCAN whose cursor is told before its keys', () => {
  /** Each SCAN is answered in two parts: first how its reply begins, then all of it. */
  function inParts(ahead: boolean) {
    const scans: { cursor: string; tell: (head: Reply) => void; give: (reply: Reply) => void }[] =
      []
    const gather = createGathering({
      scan: (cursor, _most, tell = () => undefined) =>
        new Promise((give) => {
          scans.push({ cursor, tell, give })
        }),
      count: () => 2,
      ahead,
      keys: 100,
    })
    return { gather, scans, cursors: () => scans.map(({ cursor }) => cursor) }
  }

  test('has the next one sent at once while its keys are waited for, and once', async () => {
    const { gather, scans, cursors } = inParts(true)
    const found = gather(trailBegin)
    scans[0]?.tell('5')
    expect(cursors()).toEqual(['0', '5'])
    scans[1]?.tell('6')
    expect(cursors()).toEqual(['0', '5'])

    scans[0]?.give(['5', ['a', 'b']])
    const { trail, keys } = await found
    expect(keys).toEqual(['a', 'b'])
    expect(cursors()).toEqual(['0', '5'])
    scans[1]?.give(['0', ['c']])
    expect(await gather(trail)).toMatchObject({ trail: { cursor: '0', steps: 2 }, keys: ['c'] })
    expect(cursors()).toEqual(['0', '5'])
  })

  test('has none sent while the keys before are visited: their commands come first', async () => {
    const { gather, scans, cursors } = inParts(true)
    const found = gather(trailBegin)
    scans[0]?.give(['5', ['a', 'b']])
    await found
    scans[1]?.tell('6')

    expect(cursors()).toEqual(['0', '5'])
  })

  test.each(['0', '', 'no number', '123456789012345678901', 7, null, ['5']])(
    'has none sent behind %j',
    (head) => {
      const { gather, scans, cursors } = inParts(true)
      void gather(trailBegin)
      scans[0]?.tell(head)

      expect(cursors()).toEqual(['0'])
    },
  )

  test('has none sent where the walk keeps to a budget', () => {
    const { gather, scans, cursors } = inParts(false)
    void gather(trailBegin)
    scans[0]?.tell('5')

    expect(cursors()).toEqual(['0'])
  })

  test('goes by the whole reply where that has another cursor', async () => {
    const { gather, scans, cursors } = inParts(true)
    const found = gather(trailBegin)
    scans[0]?.tell('5')
    scans[0]?.give(['9', ['a', 'b']])

    expect((await found).trail.cursor).toBe('9')
    expect(cursors()).toEqual(['0', '5', '9'])
  })
})

test('a SCAN that fails ahead fails where its keys are wanted', async () => {
  const lost = new Error('lost')
  const gather = createGathering({
    scan: async (cursor) => {
      if (cursor !== '0') throw lost
      return ['7', ['a', 'b']]
    },
    count: () => 4,
    ahead: true,
    keys: 100,
  })

  const { trail, keys } = await gather(trailBegin)
  expect(keys).toEqual(['a', 'b'])
  await expect(gather(trail)).rejects.toBe(lost)
})
