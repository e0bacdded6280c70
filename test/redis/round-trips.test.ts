import { describe, expect, test } from 'vitest'
import type { Command, Reply } from '../../src/redis/command.ts'
import type { Words } from '../../src/redis/connection.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { createRoundTrips } from '../../src/redis/round-trips.ts'

/** A connection that answers each command with its own words and keeps what was sent together. */
function echo() {
  const sent: string[][] = []
  const trips = createRoundTrips({
    send(commands: readonly Command[]) {
      sent.push(commands.map((command) => command.join(' ')))
      return commands.map(async (command) => command.join(' '))
    },
  })
  return { sent, trips }
}

test('what is asked for in the same turn travels together', async () => {
  const { sent, trips } = echo()
  await Promise.all([trips.read(['INFO']), trips.read(['SLOWLOG', 'LEN'])])

  expect(sent).toEqual([['INFO', 'SLOWLOG LEN']])
  expect(trips.count()).toBe(1)
})

test('what is asked for after promises that were settled already joins in', async () => {
  const { sent, trips } = echo()
  async function later(): Promise<unknown> {
    await null
    await Promise.resolve().then(() => undefined)
    return await trips.read(['SLOWLOG', 'LEN'])
  }
  await Promise.all([trips.read(['INFO']), later()])

  expect(sent).toEqual([['INFO', 'SLOWLOG LEN']])
})

test('what is asked for after a reply makes a second trip', async () => {
  const { sent, trips } = echo()
  await trips.read(['INFO'])
  await trips.read(['SLOWLOG', 'LEN'])

  expect(sent).toEqual([['INFO'], ['SLOWLOG LEN']])
  expect(trips.count()).toBe(2)
})

test('each gets the reply to its own command, and the same asked for twice is sent once', async () => {
  const { sent, trips } = echo()
  const replies = ['INFO', 'SLOWLOG', 'INFO'].map((name) => trips.read([name]))

  expect(await Promise.all(replies)).toEqual(['INFO', 'SLOWLOG', 'INFO'])
  expect(sent).toEqual([['INFO', 'SLOWLOG']])
})

test('the same asked for again after it was sent is sent again', async () => {
  const { sent, trips } = echo()
  await trips.read(['INFO'])
  await trips.read(['INFO'])

  expect(sent).toEqual([['INFO'], ['INFO']])
})

test('commands that differ in where their words end are not the same', async () => {
  const { sent, trips } = echo()
  await Promise.all([trips.read(['ACL', 'LOG']), trips.read(['ACL LOG'])])

  expect(sent).toEqual([['ACL LOG', 'ACL LOG']])
})

test('a failure of what two asked for reaches both', async () => {
  const refusal = redisError('noperm', 'refused')
  const trips = createRoundTrips({ send: (all) => all.map(() => Promise.reject(refusal)) })
  const replies = await Promise.allSettled([trips.read(['INFO']), trips.read(['INFO'])])

  expect(replies).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'rejected', reason: refusal },
  ])
})

test('what is asked for in binary is sent each time: a database may be selected twice', async () => {
  const { sent, trips } = echo()
  const names = ['3', '0', '3', '0']
  await Promise.all(names.map((name) => trips.read(['SELECT', name], 'binary')))

  expect(sent).toEqual([['SELECT 3', 'SELECT 0', 'SELECT 3', 'SELECT 0']])
})

test('a failure reaches only the one who asked', async () => {
  const refusal = redisError('noperm', 'refused')
  const trips = createRoundTrips({
    send: (commands) =>
      commands.map(([name]) => (name === 'SLOWLOG' ? Promise.reject(refusal) : Promise.resolve(1))),
  })
  const replies = await Promise.allSettled([trips.read(['SLOWLOG']), trips.read(['INFO'])])

  expect(replies).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: 1 },
  ])
})

test('nothing is sent until something is asked for', () => {
  const { sent, trips } = echo()

  expect(sent).toEqual([])
  expect(trips.count()).toBe(0)
})

test('binary and text commands keep their order in one trip', async () => {
  const sent: [Words | undefined, string][] = []
  const trips = createRoundTrips({
    send(commands, words) {
      sent.push(...commands.map(([name]) => [words, name] as [Words | undefined, string]))
      return commands.map(async ([name]) => name)
    },
  })
  const replies = [
    trips.read(['INFO']),
    trips.read(['SELECT', '3'], 'binary'),
    trips.read(['TYPE', '\xff'], 'binary'),
    trips.read(['LATENCY', 'LATEST']),
  ]

  expect(await Promise.all(replies)).toEqual(['INFO', 'SELECT', 'TYPE', 'LATENCY'])
  expect(sent).toEqual([
    ['text', 'INFO'],
    ['binary', 'SELECT'],
    ['binary', 'TYPE'],
    ['text', 'LATENCY'],
  ])
  expect(trips.count()).toBe(1)
})

const closed = redisError('connection', 'the connection was closed')

test('the first failure of the connection is told, and no error reply', async () => {
  const failures = [redisError('noperm', 'refused'), closed, redisError('timeout', 'late')]
  const trips = createRoundTrips({
    send: (commands) => commands.map(() => Promise.reject(failures.shift())),
  })
  const told: unknown[] = []
  for (const name of ['ACL', 'INFO', 'PING']) {
    await trips.read([name]).catch(() => undefined)
    told.push(trips.failure())
  }

  expect(told).toEqual([undefined, closed, closed])
})

describe('one by one', () => {
  /** A connection on which each command waits until the test answers it. */
  function answered() {
    const sent: [Words | undefined, string][] = []
    const waiting: { readonly resolve: (reply: Reply) => void; fail(error: RedisError): void }[] =
      []
    const trips = createRoundTrips(
      {
        send(commands, words) {
          return commands.map((command) => {
            sent.push([words, command.join(' ')])
            return new Promise<Reply>((resolve, fail) => waiting.push({ resolve, fail }))
          })
        },
      },
      { oneByOne: true },
    )
    /** Once all that could be sent was. */
    const next = async () => {
      await new Promise(setImmediate)
      const [one] = waiting.splice(0, 1)
      if (!one || waiting.length > 0) throw new Error('there is not one command under way')
      return one
    }
    return { sent, trips, next }
  }

  test('a command is sent when the one before it was answered, in the order of asking', async () => {
    const { sent, trips, next } = answered()
    const replies = [
      trips.read(['INFO']),
      trips.read(['SELECT', '3'], 'binary'),
      trips.read(['TYPE', 'a'], 'binary'),
    ]
    for (const reply of ['i', 'ok']) (await next()).resolve(reply)
    replies.push(trips.read(['ACL', 'LOG']))
    for (const reply of ['t', 'l']) (await next()).resolve(reply)

    expect(await Promise.all(replies)).toEqual(['i', 'ok', 't', 'l'])
    expect(sent).toEqual([
      ['text', 'INFO'],
      ['binary', 'SELECT 3'],
      ['binary', 'TYPE a'],
      ['text', 'ACL LOG'],
    ])
    expect(trips.count()).toBe(4)
  })

  test('an error reply is that of its command, and the next one is sent', async () => {
    const { trips, next } = answered()
    const refusal = redisError('noperm', 'refused')
    const replies = Promise.allSettled([trips.read(['ACL', 'LOG']), trips.read(['INFO'])])
    const first = await next()
    first.fail(refusal)
    const second = await next()
    second.resolve('i')

    expect(await replies).toEqual([
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: 'i' },
    ])
  })

  test('the end of the connection is that of the command under way; the others are not sent', async () => {
    const { sent, trips, next } = answered()
    const replies = Promise.allSettled(['INFO', 'CLIENT', 'PING'].map((name) => trips.read([name])))
    const first = await next()
    first.resolve('i')
    const second = await next()
    second.fail(closed)

    expect(await replies).toEqual([
      { status: 'fulfilled', value: 'i' },
      {
        status: 'rejected',
        reason: expect.objectContaining({
          reason: 'too_large',
          command: ['CLIENT'],
          cause: closed,
        }),
      },
      { status: 'rejected', reason: closed },
    ])
    expect([sent.length, trips.count(), trips.failure()]).toEqual([2, 2, closed])
  })

  test('a deadline is no end by the server', async () => {
    const { trips, next } = answered()
    const late = redisError('timeout', 'no answer within 1 s')
    const reply = expect(trips.read(['CLIENT'])).rejects.toBe(late)
    const one = await next()
    one.fail(late)

    await reply
  })
})
