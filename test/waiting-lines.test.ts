import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWaitingLines, type WaitingLines } from '../src/waiting-lines.ts'
import { eventually } from './support/eventually.ts'

/** What stands in for a pipe: it holds so many bytes until somebody reads. */
let room: number
let failure: string | undefined
let written: string
let writes: number
let dropped: number
let lines: WaitingLines

beforeEach(() => {
  room = 0
  failure = undefined
  written = ''
  writes = 0
  dropped = 0
  lines = createWaitingLines({
    maximumBytes: 40,
    write(bytes) {
      writes += 1
      const part = bytes.subarray(0, room)
      written += part.toString()
      room -= part.length
      if (part.length > 0) return part.length
      throw Object.assign(new Error('no room'), { code: failure ?? 'EAGAIN' })
    },
    onDropped: (count) => {
      dropped += count
    },
  })
})

// What still waits would be tried again in the next test.
afterEach(() => {
  failure = 'EPIPE'
  room = 0
  lines.flush(0)
})

function line(number: number): string {
  return `line ${number}...\n`
}

function linesFromTo(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => line(first + index)).join('')
}

test('a line is written at once where there is room', () => {
  room = 100
  lines.write(line(1))

  expect(written).toBe(line(1))
})

describe('where nobody reads', () => {
  test('lines wait, and nobody waits for them', () => {
    lines.write(line(1))
    lines.write(line(2))

    expect(written).toBe('')
    expect(dropped).toBe(0)
  })

  test('a line that comes while others wait is not tried for itself', () => {
    for (let number = 1; number <= 100; number++) lines.write(line(number))

    expect(writes).toBe(1)
  })

  test('the oldest lines beyond the bound are dropped and counted', async () => {
    for (let number = 1; number <= 9; number++) lines.write(line(number))
    room = 1_000

    await eventually(() => expect(written).toBe(linesFromTo(6, 9)))
    expect(dropped).toBe(5)
  })

  test('a line longer than the bound is dropped', async () => {
    lines.write(`${'x'.repeat(41)}\n`)
    room = 1_000
    lines.write(line(1))

    await eventually(() => expect(written).toBe(line(1)))
    expect(dropped).toBe(1)
  })

  test('a line of which a part is written is no more dropped', async () => {
    room = 6
    for (let number = 1; number <= 9; number++) lines.write(line(number))
    room = 1_000

    await eventually(() => expect(written).toBe(line(1) + linesFromTo(7, 9)))
    expect(dropped).toBe(5)
  })
})

test('lines that waited come out in order when somebody reads, in whatever pieces', async () => {
  lines.write(line(1))
  lines.write(line(2))
  lines.write(line(3))
  for (const piece of [1, 15, 3, 100]) {
    const before = written
    room = piece
    await eventually(() => expect(written).not.toBe(before))
  }

  await eventually(() => expect(written).toBe(linesFromTo(1, 3)))
  expect(dropped).toBe(0)
})

describe.each(['ENOSPC', 'EPIPE', 'EIO', 'EBADF'])('where writing fails (%s)', (code) => {
  beforeEach(() => {
    failure = code
  })

  test('each line is dropped and counted', () => {
    lines.write(line(1))
    lines.write(line(2))

    expect(dropped).toBe(2)
  })

  test('it is tried anew for the next line, and only then', async () => {
    lines.write(line(1))
    await delay(120)
    expect(writes).toBe(1)

    room = 100
    lines.write(line(2))

    expect(written).toBe(line(2))
  })

  test('in the middle of a line, the next one still begins a line of its own', () => {
    room = 6
    lines.write(line(1))
    lines.write(line(2))
    room = 100
    lines.write(line(3))

    expect(written).toBe(`${line(1).slice(0, 6)}\n${line(3)}`)
    expect(dropped).toBe(2)
  })
})

describe('a flush', () => {
  test('brings out all that waits where somebody reads', () => {
    lines.write(line(1))
    lines.write(line(2))
    room = 100
    lines.flush(1_000)

    expect(written).toBe(linesFromTo(1, 2))
  })

  test('is over at once when nothing waits', () => {
    room = 100
    lines.write(line(1))
    lines.flush(1e9)

    expect(written).toBe(line(1))
  })

  test('is over in the time given where nobody reads', () => {
    lines.write(line(1))
    lines.flush(50)

    expect(writes).toBeGreaterThan(2)
    expect(written).toBe('')
  })

  test('is over at once where writing fails', () => {
    lines.write(line(1))
    failure = 'EPIPE'
    lines.flush(1e9)

    expect(dropped).toBe(1)
  })
})
