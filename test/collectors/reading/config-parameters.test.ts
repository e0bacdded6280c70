import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readHarmlessParameters,
  readParameters,
} from '../../../src/collectors/reading/config-parameters.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type FakePoll, fakePoll } from '../../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../../support/fixtures.ts'
import { matchesGlob } from '../../support/redis-glob.ts'

test('one command carries all names to a server from Redis 7 on', async () => {
  const poll = fakePoll({
    commands: ['config', 'config|get'],
    replies: { 'CONFIG GET maxclients databases': ['databases', '16', 'maxclients', '10000'] },
  })

  expect([...(await readParameters(poll, ['maxclients', 'databases']))]).toEqual([
    ['databases', '16'],
    ['maxclients', '10000'],
  ])
})

test('each name travels alone to a server that takes one name only', async () => {
  const poll = fakePoll({
    commands: ['config'],
    replies: {
      'CONFIG GET maxclients': ['maxclients', '10000'],
      'CONFIG GET databases': ['databases', '16'],
    },
  })

  expect([...(await readParameters(poll, ['maxclients', 'databases']))]).toEqual([
    ['maxclients', '10000'],
    ['databases', '16'],
  ])
})

test.each([
  ['no list', 'maxclients'],
  ['nil', null],
  ['an empty list', []],
  ['a name without a value', ['maxclients']],
  ['a value that is no text', ['maxclients', 10_000]],
  ['lists in a list', [['maxclients', '10000']]],
])('a reply that is %s holds no parameters', async (_form, reply) => {
  const poll = fakePoll({ replies: { 'CONFIG GET maxclients': reply } })

  expect([...(await readParameters(poll, ['maxclients']))]).toEqual([])
})

test('a refusal is passed on', async () => {
  const refusal = fromErrorReply('NOPERM this user has no permissions')
  const poll = fakePoll({ replies: { 'CONFIG GET maxclients': refusal } })

  await expect(readParameters(poll, ['maxclients'])).rejects.toBe(refusal)
})

test('nothing is read of a server without CONFIG', async () => {
  const poll = fakePoll({ commands: ['info'] })

  expect([...(await readParameters(poll, ['maxclients']))]).toEqual([])
  expect(poll.commands).toEqual([])
})

const secrets = [
  ...['masterauth', 'primaryauth', 'requirepass', 'tls-key-file-pass', 'tls-client-key-file-pass'],
  ...['search-oss-global-password', 'MasterAuth'],
]

/** The patterns by which a poll asked for parameters. */
function patternsOf({ commands }: FakePoll): readonly string[] {
  return commands.flatMap((command) => command.split(' ').slice(2))
}

describe('all parameters but secrets', () => {
  test.each(['redis-7.0.15', 'redis-8-dev', 'valkey-8-dev'])(
    'of %s are read but for those that hold a secret',
    async (folder) => {
      const lines = readFixture(`${folder}/config-get.txt`).split('\n')
      const names = lines.filter((_, index) => index % 2 === 0 && index + 1 < lines.length)
      const values = await readHarmlessParameters(fakePoll({ replies: recordedAnswer(folder) }))

      expect([...values.keys()]).toEqual(names.filter((name) => !secrets.includes(name)))
      expect(values.size).toBeGreaterThan(150)
    },
  )

  test('are asked for by patterns that no secret matches', async () => {
    const poll = fakePoll({ replies: () => [] })
    await readHarmlessParameters(poll)
    const patterns = patternsOf(poll)

    const isMatched = (name: string) => patterns.some((pattern) => matchesGlob(pattern, name))
    expect(secrets.filter(isMatched)).toEqual([])
  })

  test('are asked for by patterns that every other name matches, once', async () => {
    const poll = fakePoll({ replies: () => [] })
    await readHarmlessParameters(poll)
    const patterns = patternsOf(poll)
    const ending = fc.constantFrom('', 'auth', 'pass', 'word', 'uth', 'ss', 'rd', 'h', 's', 'd')
    const name = fc
      .tuple(fc.stringMatching(/^[a-z_-]{4,30}$/), ending)
      .map((parts) => parts.join(''))

    fc.assert(
      fc.property(name, (one) => {
        const expected = /(auth|pass|word)$/.test(one) ? 0 : 1
        expect(patterns.filter((pattern) => matchesGlob(pattern, one))).toHaveLength(expected)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['by name where they are known', 1_000, 1_000],
    ['by patterns still where they are too many to be named', 1_001, 10],
  ])('are asked for %s', async (_how, count, words) => {
    const poll = fakePoll({ commands: ['config', 'config|get'], replies: () => ['hz', '10'] })
    const known = Array.from({ length: count }, (_, index) => `parameter-${index}`)
    await readHarmlessParameters(poll, known)

    expect(poll.commands.map((command) => command.split(' ').length)).toEqual([2 + words])
  })

  test('travel in one command from Redis 7 on', async () => {
    const poll = fakePoll({ commands: ['config', 'config|get'], replies: () => ['hz', '10'] })
    await readHarmlessParameters(poll)

    expect(poll.commands).toHaveLength(1)
  })

  test('are asked for by a command for each pattern before Redis 7', async () => {
    const poll = fakePoll({
      commands: ['config'],
      replies: ([, , pattern = '', ...more]) =>
        more.length === 0 && matchesGlob(pattern, 'hz') ? ['hz', '10'] : [],
    })

    expect([...(await readHarmlessParameters(poll))]).toEqual([['hz', '10']])
    expect(poll.commands).toHaveLength(10)
  })

  test('lose a secret that comes nonetheless', async () => {
    const reply = [...secrets.flatMap((name) => [name, 'hunter2']), 'hz', '10']
    const poll = fakePoll({ replies: () => reply })

    expect([...(await readHarmlessParameters(poll))]).toEqual([['hz', '10']])
  })
})
