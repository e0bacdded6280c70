import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { type Refusals, readUnlessRefused } from '../../src/redis/knowledge.ts'
import { fromErrorReply, type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { endedBy } from '../../src/redis/too-large.ts'
import { fakeRoundTrips } from '../support/fake-round-trips.ts'

describe('a command', () => {
  test.each([
    ['for which the user has no permission', 'NOPERM no'],
    ['that is not known', "ERR unknown command 'SLOWLOG'"],
  ])('%s is sent once, and refused by ourselves from then on', async (_case, reply) => {
    const refusal = fromErrorReply(reply)
    const { trips, roundTrips } = fakeRoundTrips({ 'SLOWLOG LEN': refusal })
    const refusals = new Map<string, RedisError>()
    const read = () => readUnlessRefused(roundTrips, refusals, ['SLOWLOG', 'LEN'])

    await expect(read()).rejects.toBe(refusal)
    await expect(read()).rejects.toBe(refusal)
    expect(trips).toEqual([['SLOWLOG LEN']])
  })

  test('that is refused says nothing about another subcommand', async () => {
    const { roundTrips } = fakeRoundTrips({
      'SLOWLOG LEN': fromErrorReply('NOPERM no'),
      'SLOWLOG GET': 7,
    })
    const refusals = new Map<string, RedisError>()
    await readUnlessRefused(roundTrips, refusals, ['SLOWLOG', 'LEN']).catch(() => undefined)

    expect(await readUnlessRefused(roundTrips, refusals, ['SLOWLOG', 'GET'])).toBe(7)
  })

  test.each([
    'LOADING Redis is loading the dataset in memory',
    'BUSY Redis is busy running a script.',
    'MASTERDOWN Link with MASTER is down',
    'NOAUTH Authentication required.',
  ])('that fails with "%s" is sent again the next time', async (reply) => {
    const failure = fromErrorReply(reply)
    const { trips, roundTrips } = fakeRoundTrips({ 'SLOWLOG LEN': failure })
    const refusals = new Map<string, RedisError>()
    const read = () => readUnlessRefused(roundTrips, refusals, ['SLOWLOG', 'LEN'])

    await expect(read()).rejects.toBe(failure)
    await expect(read()).rejects.toBe(failure)
    expect(trips).toHaveLength(2)
  })

  test.each<[string, Command]>([
    ['NOPERM says the script', ['EVALSHA', 'a', '0', '0']],
    ["ERR wrong number of arguments for 'mset' command", ['EVAL_RO', 'return', '0', '0']],
    ["ERR Error compiling script near 'unknown command'", ['SCRIPT', 'LOAD', 'return']],
  ])(
    'of scripts that fails with "%s" is sent again: it may be the script',
    async (reply, command) => {
      const { trips, roundTrips } = fakeRoundTrips({ [command.join(' ')]: fromErrorReply(reply) })
      const refusals = new Map<string, RedisError>()
      const read = () => readUnlessRefused(roundTrips, refusals, command).catch(() => undefined)
      await read()
      await read()

      expect(trips).toHaveLength(2)
    },
  )

  test('that two ask for together is refused to both with one error, which counts once', async () => {
    const { roundTrips } = fakeRoundTrips({})
    const refusals = new Map<string, RedisError>()
    const failures = await Promise.all(
      ['maxmemory', 'databases'].map((parameter) =>
        readUnlessRefused(roundTrips, refusals, ['CONFIG', 'GET', parameter]).catch(
          (error: unknown) => error,
        ),
      ),
    )

    expect(failures[0]).toMatchObject({ reason: 'unknown_command' })
    expect(failures[1]).toBe(failures[0])
  })
})

describe('a reply that was too large', () => {
  const list: Command = ['CLIENT', 'LIST']
  const tooLarge = (command: Command) =>
    Object.assign(redisError('too_large', 'more than may be'), { command })

  test('is not asked for again, while other forms of the command are', async () => {
    const error = tooLarge(list)
    const { trips, roundTrips } = fakeRoundTrips({ 'CLIENT LIST': error, 'CLIENT LIST ID 1': 'a' })
    const refusals: Refusals = new Map()
    const read = (command: Command) => readUnlessRefused(roundTrips, refusals, command)

    await expect(read(list)).rejects.toBe(error)
    await expect(read(list)).rejects.toBe(error)
    expect(await read([...list, 'ID', '1'])).toBe('a')
    expect(trips).toEqual([['CLIENT LIST'], ['CLIENT LIST ID 1']])
    expect(refusals.tooLarge).toBe(error)
  })

  test('is known where another command was lost to it, which is asked for again', async () => {
    const error = tooLarge(list)
    const { trips, roundTrips } = fakeRoundTrips({ 'SLOWLOG LEN': endedBy(error) })
    const refusals: Refusals = new Map()
    const read = (command: Command) => readUnlessRefused(roundTrips, refusals, command)

    await expect(read(['SLOWLOG', 'LEN'])).rejects.toMatchObject({ reason: 'connection' })
    await expect(read(list)).rejects.toBe(error)
    await read(['SLOWLOG', 'LEN']).catch(() => undefined)
    expect(trips).toEqual([['SLOWLOG LEN'], ['SLOWLOG LEN']])
  })

  test('is tried again on its turn, and told when it fits', async () => {
    const { roundTrips } = fakeRoundTrips({ 'CLIENT LIST': 'a' })
    const refusals: Refusals = new Map([['CLIENT LIST', tooLarge(list)]])
    refusals.retried = 'CLIENT LIST'

    expect(await readUnlessRefused(roundTrips, refusals, list)).toBe('a')
    expect(refusals.size).toBe(0)
  })

  test('is forgotten behind a hundred others', async () => {
    const refusals: Refusals = new Map()
    for (let key = 0; key < 150; key++) {
      const command: Command = ['STRLEN', `${key}`]
      const { roundTrips } = fakeRoundTrips({ [command.join(' ')]: tooLarge(command) })
      await readUnlessRefused(roundTrips, refusals, command).catch(() => undefined)
    }

    expect(refusals.size).toBe(100)
    expect(refusals.has('STRLEN 149')).toBe(true)
  })
})
