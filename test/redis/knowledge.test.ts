import { describe, expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { meet, readInfo, refresh } from '../../src/redis/knowledge.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { askCommands } from '../../src/redis/server-info.ts'
import type { Answer } from '../support/fake-poll.ts'
import { fakeRoundTrips } from '../support/fake-round-trips.ts'

const info = (runId: string) => `# Server\r\nrun_id:${runId}\r\nredis_version:7.0.15\r\n`
const allKnown = askCommands.slice(2).map((name) => [name])

const redis7 = { 'INFO everything': info('a'), 'COMMAND INFO': allKnown }

describe('a server that we do not know', () => {
  test('is read and learnt in one round trip when it knows INFO everything', async () => {
    const { trips, roundTrips } = fakeRoundTrips(redis7)
    const { info: read, knowledge } = await meet(roundTrips, undefined)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO']])
    expect(read.anywhere.get('run_id')).toBe('a')
    expect(knowledge.infoCommand).toEqual(['INFO', 'everything'])
    expect(knowledge.server).toMatchObject({ runId: 'a', redisVersion: '7.0.15' })
    expect(knowledge.refusals.size).toBe(0)
  })

  test.each<[string, Answer]>([
    ['answers nothing to an unknown section', '\r\n'],
    ['refuses an unknown section', fromErrorReply('ERR syntax error')],
    ['refuses a second word', fromErrorReply("ERR wrong number of arguments for 'info' command")],
    ['answers with something that is no text', 7],
  ])('is asked for INFO all when it %s', async (_case, everything) => {
    const { trips, roundTrips } = fakeRoundTrips({
      'INFO everything': everything,
      'INFO all': info('a'),
      'COMMAND INFO': allKnown,
    })
    const { knowledge } = await meet(roundTrips, undefined)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO'], ['INFO all']])
    expect(knowledge.infoCommand).toEqual(['INFO', 'all'])
  })

  test('is asked for plain INFO when it knows no sections at all', async () => {
    const { trips, roundTrips } = fakeRoundTrips({ INFO: info('a') })
    const { knowledge } = await meet(roundTrips, undefined)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO'], ['INFO all'], ['INFO']])
    expect(knowledge.infoCommand).toEqual(['INFO'])
  })

  test('is not known, and says why, when it refuses every form of INFO', async () => {
    const { trips, roundTrips } = fakeRoundTrips({})

    await expect(meet(roundTrips, undefined)).rejects.toMatchObject({ reason: 'unknown_command' })
    expect(trips).toHaveLength(3)
  })

  test('is not known when INFO never holds a field', async () => {
    const { roundTrips } = fakeRoundTrips({
      'INFO everything': '',
      'INFO all': 'hello',
      INFO: '# Server',
    })

    await expect(meet(roundTrips, undefined)).rejects.toMatchObject({ reason: 'parse' })
  })

  test.each([
    'NOAUTH Authentication required.',
    "NOPERM this user has no permissions to run the 'info' command",
    'LOADING Redis is loading the dataset in memory',
    'BUSY Redis is busy running a script.',
  ])('is asked once only when it answers "%s", as another form would not help', async (reply) => {
    const refusal = fromErrorReply(reply)
    const { trips, roundTrips } = fakeRoundTrips({
      'INFO everything': refusal,
      'INFO all': info('a'),
    })

    await expect(meet(roundTrips, undefined)).rejects.toBe(refusal)
    expect(trips).toHaveLength(1)
  })

  test('has the commands for which COMMAND INFO has an entry', async () => {
    const commands = askCommands
      .slice(2)
      .map((name) => (name.startsWith('commandlog') ? null : [name]))
    const { roundTrips } = fakeRoundTrips({ ...redis7, 'COMMAND INFO': commands })
    const { knowledge } = await meet(roundTrips, undefined)

    expect(knowledge.server.knows('commandlog')).toBe(false)
    expect(knowledge.server.knows('slowlog')).toBe(true)
  })

  test('is asked for whole commands too when it knows no subcommands by name', async () => {
    const known = new Set(['info', 'config', 'slowlog'])
    const { trips, roundTrips } = fakeRoundTrips({
      ...redis7,
      'COMMAND INFO': (command) =>
        command.slice(2).map((name) => (known.has(name) ? [name] : null)),
    })
    const { knowledge } = await meet(roundTrips, undefined)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO'], ['COMMAND INFO']])
    expect(knowledge.commands).toEqual(known)
  })

  test('has what its version has when the user may not run COMMAND', async () => {
    const { roundTrips } = fakeRoundTrips({
      ...redis7,
      'COMMAND INFO': fromErrorReply('NOPERM no'),
    })
    const { knowledge } = await meet(roundTrips, undefined)

    expect(knowledge.commands).toBeUndefined()
    expect(knowledge.server.knows('commandlog')).toBe(false)
    expect(knowledge.server.knows('config|get')).toBe(true)
  })
})

describe('a server that is met again over a new connection', () => {
  const refusal = fromErrorReply('NOPERM no')

  /** What is known after a first meeting and one refused command. */
  async function metBefore() {
    const { knowledge } = await meet(fakeRoundTrips(redis7).roundTrips, undefined)
    knowledge.refusals.set('slowlog|get', refusal)
    return knowledge
  }

  test('with the same run_id is asked what it has, and its refusals are kept', async () => {
    const { trips, roundTrips } = fakeRoundTrips(redis7)
    const { knowledge } = await meet(roundTrips, await metBefore())

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO']])
    expect([...knowledge.refusals]).toEqual([['slowlog|get', refusal]])
  })

  test('with another run_id is learnt anew, and its refusals are forgotten', async () => {
    const { trips, roundTrips } = fakeRoundTrips({ ...redis7, 'INFO everything': info('b') })
    const { knowledge } = await meet(roundTrips, await metBefore())

    expect(trips).toEqual([
      ['INFO everything', 'COMMAND INFO'],
      ['INFO everything', 'COMMAND INFO'],
    ])
    expect(knowledge.server.runId).toBe('b')
    expect(knowledge.refusals.size).toBe(0)
  })

  test('that no longer answers the form of INFO that it did is learnt anew', async () => {
    const { roundTrips } = fakeRoundTrips({ 'INFO all': info('b'), 'COMMAND INFO': allKnown })
    const { knowledge } = await meet(roundTrips, await metBefore())

    expect(knowledge.infoCommand).toEqual(['INFO', 'all'])
  })

  test('that refuses for a while is not learnt anew', async () => {
    const loading = fromErrorReply('LOADING Redis is loading the dataset in memory')
    const { trips, roundTrips } = fakeRoundTrips({ 'INFO everything': loading })

    await expect(meet(roundTrips, await metBefore())).rejects.toBe(loading)
    expect(trips).toHaveLength(1)
  })

  test('on the same connection keeps its refusals with what INFO tells now', async () => {
    const known = await metBefore()
    const now = parseInfo('# Server\nrun_id:a\n# Persistence\nloading:1\n')

    expect(refresh(known, now)).toMatchObject({
      refusals: known.refusals,
      server: { runId: 'a', loading: true },
    })
  })

  test('on the same connection with another run_id is not the one we know', async () => {
    expect(refresh(await metBefore(), parseInfo('# Server\nrun_id:b\n'))).toBeUndefined()
  })
})

test('INFO in the form that is known is read as it is', async () => {
  const { roundTrips } = fakeRoundTrips({ 'INFO all': info('a') })

  expect((await readInfo(roundTrips, ['INFO', 'all'])).anywhere.get('run_id')).toBe('a')
})

describe('a greeting', () => {
  const greeting = ['CLIENT', 'SETNAME', 'redis_exporter'] as const
  const named = 'CLIENT SETNAME redis_exporter'

  test('travels with the first commands, behind them', async () => {
    const { trips, roundTrips } = fakeRoundTrips({ ...redis7, [named]: 'OK' })
    const { knowledge } = await meet(roundTrips, undefined, greeting)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO', named]])
    expect(knowledge.refusals.size).toBe(0)
  })

  test('travels once, however many forms of INFO are tried', async () => {
    const { trips, roundTrips } = fakeRoundTrips({ INFO: info('a'), [named]: 'OK' })
    await meet(roundTrips, undefined, greeting)

    expect(trips).toEqual([['INFO everything', 'COMMAND INFO', named], ['INFO all'], ['INFO']])
  })

  test('that is refused fails nothing, and is not repeated for the same server', async () => {
    const { trips, roundTrips } = fakeRoundTrips(redis7)
    const first = await meet(roundTrips, undefined, greeting)
    const second = await meet(roundTrips, first.knowledge, greeting)

    expect(second.knowledge.server.runId).toBe('a')
    expect(trips).toEqual([
      ['INFO everything', 'COMMAND INFO', named],
      ['INFO everything', 'COMMAND INFO'],
    ])
  })

  test('goes to a known server on each new connection', async () => {
    const { trips, roundTrips } = fakeRoundTrips({ ...redis7, [named]: 'OK' })
    const { knowledge } = await meet(roundTrips, undefined, greeting)
    await meet(roundTrips, knowledge, greeting)

    expect(trips[1]).toEqual(['INFO everything', 'COMMAND INFO', named])
  })

  test('that a server refused goes to the one that took its place', async () => {
    const before = await meet(fakeRoundTrips(redis7).roundTrips, undefined, greeting)
    const next = { ...redis7, 'INFO everything': info('b'), [named]: 'OK' }
    const { trips, roundTrips } = fakeRoundTrips(next)
    await meet(roundTrips, before.knowledge, greeting)

    expect(trips).toEqual([
      ['INFO everything', 'COMMAND INFO'],
      ['INFO everything', 'COMMAND INFO', named],
    ])
  })
})
