import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import {
  type Excess,
  endedAt,
  endedBy,
  isEndedAt,
  isServersEnd,
  serverFellSilent,
  tooLarge,
  tooLargeOf,
} from '../../src/redis/too-large.ts'

const bounds = { bytes: 100, elements: 10, bytesTogether: 200 }
const info: Command = ['INFO', 'everything']
const clients: Command = ['CLIENT', 'LIST']
const slowlog: Command = ['SLOWLOG', 'GET', '128']
const asked = [info, clients, slowlog]

function blamed(fault: Excess['fault'], ...sizes: readonly number[]) {
  const { reason, message, command } = tooLarge({ fault, bounds, sizes }, asked)
  expect(reason).toBe('too_large')
  return { message, command }
}

describe('of replies that are too large', () => {
  test('the one that is too large by itself is to blame', () =>
    expect(blamed('too large', 90, 101)).toEqual({
      message:
        'the reply to CLIENT LIST is larger than 100 bytes; --redis.max-reply-bytes allows for more',
      command: clients,
    }))

  test('so is one with too many elements', () =>
    expect(blamed('too many elements', 90, 50, 20)).toEqual({
      message:
        'the reply to SLOWLOG GET has more than 10 elements; --redis.max-reply-bytes allows for more',
      command: slowlog,
    }))

  test('of all together the largest is, though another one went beyond the bound', () =>
    expect(blamed('too large together', 20, 99, 82)).toEqual({
      message:
        'with the reply to CLIENT LIST the replies are larger than 200 bytes; --redis.max-reply-bytes allows for more',
      command: clients,
    }))

  test('of all together INFO never is', () =>
    expect(blamed('too large together', 99, 50, 52).command).toBe(slowlog))

  test('INFO by itself is named, and is no command that can be left out', () =>
    expect(blamed('too large', 101)).toEqual({
      message:
        'the reply to INFO is larger than 100 bytes; --redis.max-reply-bytes allows for more',
      command: undefined,
    }))

  test('the password of AUTH is in no error', () => {
    const error = tooLarge({ fault: 'too large', bounds, sizes: [500] }, [['AUTH', 'hidden']])
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('hidden')
  })

  test('where nothing is known of the commands none is named', () =>
    expect(tooLarge({ fault: 'too large', bounds, sizes: [500] }, []).message).toMatch(
      /^the reply is larger than 100 bytes/,
    ))
})

describe('why a command failed', () => {
  const own = tooLarge({ fault: 'too large', bounds, sizes: [9, 500] }, asked)

  test('may be its own reply', () => expect(tooLargeOf(own)).toBe(own))

  test('or that of another one, which is a connection lost to it', () => {
    expect(endedBy(own)).toMatchObject({ reason: 'connection' })
    expect(tooLargeOf(endedBy(own))).toBe(own)
  })

  test('or neither', () =>
    expect(tooLargeOf(redisError('connection', 'lost', '', new Error('x')))).toBeUndefined())
})

describe('of a command at which the server ended the connection', () => {
  const closed = redisError('connection', 'the connection was closed')
  const error = endedAt(clients, closed)

  test('the error says so, like one of a reply that is too large', () => {
    expect(error).toMatchObject({
      reason: 'too_large',
      message:
        'the server ended the connection at CLIENT LIST; its client-output-buffer-limit may be too low',
      command: clients,
      cause: closed,
    })
    expect(tooLargeOf(error)).toBe(error)
  })

  test('it is told from a reply that was too large for us', () => {
    const ours = tooLarge({ fault: 'too large', bounds, sizes: [9, 500] }, asked)
    expect([error, ours, closed].map(isEndedAt)).toEqual([true, false, false])
  })

  test.each([['INFO'], ['SELECT'], ['SCAN'], ['AUTH']])('%s is never to blame', (name) =>
    expect(endedAt([name, 'a'], closed)).toBe(closed),
  )

  test('we did not end it ourselves, and it is no error reply', () => {
    const ours = [
      endedBy(error),
      redisError('connection', 'the server fell silent for 30 s', serverFellSilent),
      redisError('timeout', 'late'),
    ]
    expect(isServersEnd(closed)).toBe(true)
    for (const other of [...ours, redisError('noperm', 'no'), 'a'])
      expect(isServersEnd(other)).toBe(false)
  })
})
