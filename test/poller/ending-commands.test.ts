import { describe, expect, test } from 'vitest'
import { createEndingCommands, type Pass } from '../../src/poller/ending-commands.ts'
import type { Command } from '../../src/redis/command.ts'
import type { Refusals } from '../../src/redis/knowledge.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { endedAt } from '../../src/redis/too-large.ts'
import { fakeClock } from '../support/fake-clock.ts'

const interval = 60_000
const closed = redisError('connection', 'the connection was closed')

/** What ends a pass: the server at a command, a failure that names none, nothing. */
type End = Command | RedisError | 'INFO alone' | undefined

function started() {
  const clock = fakeClock()
  const refusals: Refusals = new Map()
  const ending = createEndingCommands(interval, clock)
  let passes = 0

  function pass(end: End): Pass<string> {
    passes += 1
    refusals.tooLarge = undefined
    const asksMore = end !== 'INFO alone'
    const of = { polled: `pass ${passes}`, asksMore, refusals }
    if (end === undefined || end === 'INFO alone') return { ...of, failure: undefined }
    if ('reason' in end) return { ...of, failure: end }
    const error = endedAt(end, closed)
    refusals.set(end.join(' '), error)
    refusals.tooLarge = error
    return { ...of, failure: closed }
  }

  /** What a poll gives whose passes end so, the first with all commands together. */
  async function poll(first: End, ...others: readonly (End | 'not connected')[]) {
    passes = 0
    const left = [...others]
    const { polled } = await ending.readWithout(pass(first), async () => {
      const next = left.shift()
      if (next === 'not connected') throw closed
      return pass(next)
    })
    return { polled, left: left.length, blamed: [...refusals.keys()] }
  }

  return { clock, ending, poll }
}

const list: Command = ['CLIENT', 'LIST']
const config: Command = ['CONFIG', 'GET', '*']

test('where nothing is missing nothing is read again', async () => {
  const { poll } = started()

  expect(await poll(undefined)).toEqual({ polled: 'pass 1', left: 0, blamed: [] })
})

describe('where the server ended the connection', () => {
  test('a command that ends it alone is found, and the others are read without it', async () => {
    const { poll, ending } = started()

    const found = { polled: 'pass 3', left: 0, blamed: ['CLIENT LIST'] }
    expect(await poll(closed, list, undefined)).toEqual(found)
    expect(ending.areOneByOne()).toBe(false)
  })

  test('several are, one after the other', async () => {
    const { poll } = started()

    const { polled, blamed } = await poll(closed, list, config, undefined)
    expect([polled, blamed]).toEqual(['pass 4', ['CLIENT LIST', 'CONFIG GET *']])
  })

  test('and a command is found, another may be looked for in the next poll', async () => {
    const { poll } = started()
    await poll(closed, list, undefined)

    expect((await poll(closed, config, undefined)).polled).toBe('pass 3')
  })

  test('and each command is answered alone, they go one by one for an interval', async () => {
    const { poll, ending, clock } = started()

    expect(await poll(closed, undefined)).toEqual({ polled: 'pass 2', left: 0, blamed: [] })
    expect(ending.areOneByOne()).toBe(true)
    clock.advance(interval)
    expect(ending.areOneByOne()).toBe(false)
  })
})

describe('no command is to blame, and none is looked for within the interval,', () => {
  const many = Array.from({ length: 20 }, (_, key): Command => ['STRLEN', `${key}`])

  test.each<[string, readonly (End | 'not connected')[], number]>([
    ['where the server is gone', ['not connected', undefined], 1],
    ['where it is gone once a command was found', [list, 'not connected', undefined], 1],
    ['where INFO or nothing is to blame', [closed, undefined], 1],
    ['where nothing but INFO is left', [list, 'INFO alone', undefined], 1],
    ['where the time is over', [redisError('timeout', 'no answer'), undefined], 1],
    ['where eight connections were ended', many, 12],
  ])('%s', async (_, ends, left) => {
    const { poll, ending, clock } = started()

    expect(await poll(closed, ...ends)).toEqual({ polled: 'pass 1', left, blamed: [] })
    expect(ending.areOneByOne()).toBe(false)
    clock.advance(interval - 1)
    expect((await poll(closed, list, undefined)).left).toBe(2)
    clock.advance(1)
    expect((await poll(closed, list, undefined)).left).toBe(0)
  })
})

test.each([
  ['a deadline', redisError('timeout', 'no answer within 1 s')],
  ['what is no protocol', redisError('protocol', 'the answer is not the Redis protocol')],
])('what is missing because of %s is not read again', async (_, failure) => {
  const { poll } = started()

  expect(await poll(failure, undefined)).toEqual({ polled: 'pass 1', left: 1, blamed: [] })
})

describe('a connection from the poll before that was lost before it answered', () => {
  test('once is no reason to ask one by one', () => {
    const { ending } = started()
    for (const isLost of [true, false, true]) ending.noteKept(isLost)

    expect(ending.areOneByOne()).toBe(false)
  })

  test('twice in a row is, for INFO may be what is too much', () => {
    const { ending, clock } = started()
    ending.noteKept(true)
    ending.noteKept(true)

    expect(ending.areOneByOne()).toBe(true)
    clock.advance(interval)
    expect(ending.areOneByOne()).toBe(false)
  })

  test('also with INFO alone was dead before, and that is not tried again within the interval', () => {
    const { ending, clock } = started()
    for (let polls = 0; polls < 9; polls++) ending.noteKept(true)

    expect(ending.areOneByOne()).toBe(false)
    clock.advance(interval)
    ending.noteKept(true)
    expect(ending.areOneByOne()).toBe(true)
  })
})
