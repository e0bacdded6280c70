import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createScripts } from '../../../src/collectors/modules/scripts.ts'
import { encode } from '../../../src/metrics/encode.ts'
import { fromErrorReply, isRedisError, redisError } from '../../../src/redis/redis-error.ts'
import { anyReply } from '../../support/arbitrary-server.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { type Answer, type FakePoll, type FakeServer, fakePoll } from '../../support/fake-poll.ts'

/** What is in the files, by path. */
let files: Map<string, string>
/** The paths that were read, in order. */
let read: string[]
let scripts: ReturnType<typeof createScripts>

beforeEach(() => {
  files = new Map([['a.lua', 'return a']])
  read = []
  scripts = createScripts({
    async stamp(path) {
      const source = files.get(path)
      if (source === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      return source
    },
    async read(path) {
      read.push(path)
      return files.get(path) ?? ''
    },
  })
})

function sha(source: string): string {
  return createHash('sha1').update(source).digest('hex')
}

/** A server on which scripts, by their source, reply; it remembers those that were loaded. */
function server(replies: Readonly<Record<string, Answer>>): Pick<FakeServer, 'replies'> {
  const known = new Map<string, Answer>()
  return {
    replies([name, one, source = '']) {
      if (name === 'SCRIPT') known.set(sha(source), replies[source] ?? null)
      if (name === 'SCRIPT') return sha(source)
      const reply = known.get(one ?? '')
      return reply === undefined ? fromErrorReply('NOSCRIPT No matching script.') : reply
    },
  }
}

function pollOf(fake: FakeServer, runId = 'first'): FakePoll {
  return fakePoll({
    info: `# Server\r\nrun_id:${runId}\r\n`,
    ...fake,
    settings: { script: [...files.keys()], scriptReadOnly: false, ...fake.settings },
  })
}

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

describe('a script is run', () => {
  const loadA = 'SCRIPT LOAD return a'
  const runA = `EVALSHA ${sha('return a')} 0 0`

  test('by its SHA, for which the server is given it once', async () => {
    const fake = server({ 'return a': [] })
    const polls = [pollOf(fake), pollOf(fake)]
    for (const poll of polls) await scripts.collect(poll)

    expect(polls.map(({ commands }) => commands)).toEqual([[loadA, runA], [runA]])
  })

  test('on a server that was restarted after it is given it again', async () => {
    await scripts.collect(pollOf(server({ 'return a': [] })))
    const poll = pollOf(server({ 'return a': [] }), 'second')
    await scripts.collect(poll)

    expect(poll.commands).toEqual([loadA, runA])
  })

  test('on a server that forgot it after it is given it again', async () => {
    await scripts.collect(pollOf(server({ 'return a': [] })))
    const poll = pollOf(server({ 'return a': ['x', '1'] }))
    const samples = await scripts.collect(poll)

    expect(poll.commands).toEqual([runA, loadA, runA])
    expect(samples).toHaveLength(2)
  })

  test('once, though it was named twice', async () => {
    const poll = pollOf({ ...server({ 'return a': [] }), settings: { script: ['a.lua', 'a.lua'] } })

    expect(await scripts.collect(poll)).toHaveLength(1)
    expect(poll.commands).toEqual([loadA, runA])
  })

  test('by EVAL_RO, so that it cannot write, unless that is switched off', async () => {
    const replies = { 'EVAL_RO return a 0 0': ['x', '1'] }
    const poll = fakePoll({ replies, settings: { script: ['a.lua'] } })

    expect(await scripts.collect(poll)).toHaveLength(2)
    expect(poll.commands).toEqual(['EVAL_RO return a 0 0'])
  })

  const none =
    'a.lua: unknown_command: the server has no EVAL_RO, which Redis has from 7.0 on; --lua-script-read-only=false runs scripts in a way in which they can write'

  test.each([
    ['is known to have no EVAL_RO', { commands: ['eval'] }, 0],
    [
      'turns out to have no EVAL_RO',
      { replies: { 'EVAL_RO return a 0 0': fromErrorReply("ERR unknown command 'EVAL_RO'") } },
      1,
    ],
  ])('not at all where it must not write and the server %s', async (_case, fake, sent) => {
    const poll = fakePoll({ ...fake, settings: { script: ['a.lua'] } })
    const [sample] = await scripts.collect(poll)

    expect(sample).toMatchObject({ value: 0, labels: { filename: 'a.lua' } })
    expect(poll.commands).toHaveLength(sent)
    expect(poll.failedParts).toEqual([none])
  })

  test('in the database that the address names', async () => {
    files.set('a.lua', "return {'ä', '1'}")
    const binary = "return {'\u00c3\u00a4', '1'}"
    const replies = {
      'SELECT 3': 'OK',
      [`EVAL_RO ${binary} 0 0`]: ['\u00c3\u00a4', '1'],
      'SELECT 0': 'OK',
    }
    const poll = fakePoll({ replies, settings: { script: ['a.lua'] }, database: 3 })
    const [, value] = await scripts.collect(poll)

    expect(value).toMatchObject({ value: 1, labels: { key: 'ä' } })
  })
})

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

describe('a file', () => {
  test('is read once', async () => {
    const fake = server({ 'return a': [] })
    await scripts.collect(pollOf(fake))
    await scripts.collect(pollOf(fake))

    expect(read).toEqual(['a.lua'])
  })

  test('is read and run again when it changes', async () => {
    const fake = server({ 'return a': [], 'return b': ['b', '2'] })
    await scripts.collect(pollOf(fake))
    files.set('a.lua', 'return b')
    const samples = await scripts.collect(pollOf(fake))

    expect(read).toEqual(['a.lua', 'a.lua'])
    expect(samples.map(({ value }) => value)).toEqual([1, 2])
  })

  test('that is gone fails, and works again when it is back', async () => {
    const fake = { ...server({ 'return a': [] }), settings: { script: ['a.lua'] } }
    await scripts.collect(pollOf(fake))
    files.delete('a.lua')
    const poll = pollOf(fake)
    const [gone] = await scripts.collect(poll)
    files.set('a.lua', 'return a')
    const [back] = await scripts.collect(pollOf(fake))

    expect([gone?.value, back?.value]).toEqual([0, 2])
    expect(poll.failedParts).toEqual(['a.lua: other: the file cannot be read (ENOENT)'])
  })
})

test('whatever a script replies, each has its result', async () => {
  await fc.assert(
    fc.asyncProperty(anyReply, async (reply) => {
      const [sample] = await scripts.collect(pollOf(server({ 'return a': reply })))

      expect([0, 1, 2]).toContain(sample?.value)
    }),
  )
})

test('a mistake of ours is not taken for one of a script', async () => {
  const poll = pollOf({ replies: {} })
  const failure = await scripts.collect(poll).catch((error: unknown) => error)

  expect(isRedisError(failure)).toBe(false)
  expect(poll.failedParts).toEqual([])
})

test.each([
  [undefined, false],
  [[], false],
  [['a.lua'], true],
])('with the files %j it is wanted: %s', (script, wanted) => {
  expect(scripts.isWanted?.({ ...defaultSettings, script })).toBe(wanted)
})
