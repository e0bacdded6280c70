import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/metrics/encode.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { anyReply } from '../../support/arbitrary-server.ts'
import { type Answer, fakePoll } from '../../support/fake-poll.ts'
import { floats } from '../../support/key-workload.ts'
import { type ScriptsOfFiles, scriptsOfFiles, server } from '../../support/scripts-of-files.ts'

let files: ScriptsOfFiles['files']
let scripts: ScriptsOfFiles['scripts']
let pollOf: ScriptsOfFiles['pollOf']

beforeEach(() => {
  ;({ files, scripts, pollOf } = scriptsOfFiles())
})

/** The series of one script that replies so, without what they share. */
async function series(reply: Answer): Promise<readonly string[]> {
  const samples = await scripts.collect(pollOf(server({ 'return a': reply })))
  return encode('redis', samples)
    .text.split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace('redis_script_', '').replace('filename="a.lua"', '…'))
}

describe('a script that returns', () => {
  test.each<[string, Answer, readonly string[]]>([
    ['names and numbers in texts', ['a', '1', 'b', '-2.5e3'], ['a', '1', 'b', '-2500']],
    ['whole numbers', ['a', 1, 'b', 2], ['a', '1', 'b', '2']],
    ['what Lua writes for the infinite', ['a', 'inf', 'b', '-nan'], ['a', '+Inf', 'b', 'NaN']],
    ['numbers as Go writes them', ['a', '+Inf', 'b', 'NaN'], ['a', '+Inf', 'b', 'NaN']],
    ['a name twice, of which the last counts', ['a', '1', 'a', '2'], ['a', '2']],
  ])('%s: its values are served', async (_, reply, [a = '', one, b, two]) => {
    expect(await series(reply)).toEqual([
      'result{…} 1',
      `values{key="${a}",…} ${one}`,
      ...(b === undefined ? [] : [`values{key="${b}",…} ${two}`]),
    ])
  })

  test.each(floats)('%j: it is read as the value of a key is', async (text, number) => {
    const samples = await scripts.collect(pollOf(server({ 'return a': ['a', text] })))

    expect(samples.map(({ value }) => value)).toEqual(number === undefined ? [0] : [1, number])
  })

  test('an empty list: it has no values', async () => {
    expect(await series([])).toEqual(['result{…} 2'])
  })

  test.each<[string, Answer]>([
    ['nothing', null],
    ['a text', 'a'],
    ['a number', 7],
    ['a name without a value', ['a', '1', 'b']],
    ['a value that is no number', ['a', '1', 'b', 'two']],
    ['an empty value', ['a', '']],
    ['nothing for a value', ['a', null]],
    ['a list for a value', ['a', ['1']]],
    ['a number for a name', [1, '1']],
    [
      'a list of pairs',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['an error', fromErrorReply('ERR user_script:1: password is swordfish')],
    ['an error that looks like a refusal', fromErrorReply('NOPERM no')],
    ['that the server is busy', fromErrorReply('BUSY Redis is busy running a script.')],
  ])('%s: it failed', async (_, reply) => {
    expect(await series(reply)).toEqual(['result{…} 0'])
  })
})

test('an error in one script costs no other', async () => {
  files.set('b.lua', 'return b').set('c.lua', 'return c')
  const poll = pollOf(
    server({
      'return a': ['x', '1'],
      'return b': fromErrorReply('ERR no'),
      'return c': ['x', '3'],
    }),
  )
  const samples = await scripts.collect(poll)

  expect(samples.map(({ labels, value }) => [...Object.values(labels), value])).toEqual([
    ['a.lua', 1],
    ['b.lua', 0],
    ['c.lua', 1],
    ['x', 'a.lua', 1],
    ['x', 'c.lua', 3],
  ])
  expect(poll.failedParts).toEqual(['b.lua: other: the server answered with an error (ERR)'])
})

test.each(['timeout', 'connection'] as const)(
  'a lost connection (%s) fails all',
  async (reason) => {
    const poll = pollOf(server({ 'return a': redisError(reason, 'lost') }))

    await expect(scripts.collect(poll)).rejects.toMatchObject({ reason })
  },
)

describe('what a server says of a script', () => {
  const said = async (source: string, reply: string) => {
    files.set('a.lua', source)
    const replies = { [`EVAL_RO ${source} 0 0`]: fromErrorReply(reply) }
    const poll = fakePoll({ replies, settings: { script: ['a.lua'] } })
    await scripts.collect(poll)
    return poll.failedParts
  }

  test('is told with its file and line', async () => {
    const reply =
      "ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: on @user_script:1."

    expect(await said('return foo', reply)).toEqual([
      "a.lua: other: line 1: Script attempted to access nonexistent global variable 'foo'",
    ])
  })

  test('is told without names that do not stand in the script', async () => {
    const reply =
      "ERR user_script:1: Script attempted to access nonexistent global variable 'swordfish' script: on @user_script:1."

    expect(await said("return _G[redis.call('GET', 'a')]", reply)).toEqual([
      "a.lua: other: line 1: Script attempted to access nonexistent global variable '…'",
    ])
  })

  test('that writes tells how it could', async () => {
    const reply =
      'ERR Write commands are not allowed from read-only scripts. script: on @user_script:1.'

    expect(await said("redis.call('SET', 'a', 1)", reply)).toEqual([
      'a.lua: other: line 1: Write commands are not allowed from read-only scripts. --lua-script-read-only=false runs scripts in a way in which they can write',
    ])
  })
})

test('a script that does not compile fails, and is not run', async () => {
  const poll = pollOf({ replies: { 'SCRIPT LOAD return a': fromErrorReply('ERR compiling') } })
  const [sample] = await scripts.collect(poll)

  expect(sample?.value).toBe(0)
  expect(poll.commands).toEqual(['SCRIPT LOAD return a'])
})

test('whatever a script replies, each has its result', async () => {
  await fc.assert(
    fc.asyncProperty(anyReply, async (reply) => {
      const [sample] = await scripts.collect(pollOf(server({ 'return a': reply })))

      expect([0, 1, 2]).toContain(sample?.value)
    }),
  )
})
