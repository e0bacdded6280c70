import { describe, expect, test } from 'vitest'
import { createAclLog } from '../../../src/collectors/clients/acl-log.ts'
import type { Collector } from '../../../src/collectors/collector.ts'
import { encode } from '../../../src/metrics/encode.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { type Answer, collected, type FakeServer, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'

interface Entry {
  readonly id?: number
  readonly count?: number
  readonly age?: number
  readonly reason?: string
  readonly context?: string
  readonly object?: string
}

function entry({ id, count = 1, age = 1, reason = 'key', context = 'lua', object = 'a' }: Entry) {
  const parts: Reply[] = ['count', count, 'reason', reason, 'context', context, 'object', object]
  const numbered = id === undefined ? [] : ['entry-id', id]
  return [...parts, 'username', 'me', 'age-seconds', `${age}`, ...numbered]
}

interface Server extends FakeServer {
  readonly log: readonly Entry[]
  readonly at?: number
  readonly runId?: string
  readonly uptime?: number
}

const start = 1_700_000_000

function server({ log, at = 0, runId = 'one', uptime = 1000 }: Server): FakeServer {
  return {
    info: `# Server\nrun_id:${runId}\nuptime_in_seconds:${uptime}\n`,
    unixSeconds: start + at,
    replies: { 'ACL LOG 128': log.map(entry), 'ACL USERS': ['default'] },
  }
}

/** The denials of each kind that has some, after a poll. */
async function denials(collector: Collector, state: Server): Promise<readonly string[]> {
  return nonZero(await collected(collector, server(state)), 'denied_total')
}

function nonZero(text: string, name: string): readonly string[] {
  const lines = text.matchAll(
    new RegExp(`^redis_acl_log_${name}\\{reason="(.*)",context="(.*)"\\} ([1-9].*)$`, 'gm'),
  )
  return [...lines].map(([, reason, context, count]) => `${reason} ${context} ${count}`)
}

test.each(['redis-6.2.5', 'redis-7.0.15', 'redis-7.4.1', 'redis-8-dev', 'valkey-8-dev'])(
  '%s: what its log holds, by reason and context, and its users',
  async (folder) => {
    const text = await collected(createAclLog(), { replies: recordedAnswer(folder) })

    expect(nonZero(text, 'entries')).toEqual([
      'auth toplevel 1',
      'channel toplevel 1',
      'command toplevel 1',
      'key lua 1',
      'key multi 1',
      'key toplevel 1',
    ])
    expect(text).toContain('redis_acl_users 2\n')
    expect(text).not.toMatch(/secret|tr0ub4dor|limited/)
  },
)

test('all reasons and contexts of Redis are there from the start, at 0', async () => {
  const samples = await createAclLog().collect(fakePoll(server({ log: [] })))
  const kinds = samples.filter(({ metric }) => metric.name === 'acl_log_denied_total')

  expect(kinds).toHaveLength(24)
  expect(new Set(kinds.map(({ value }) => value))).toEqual(new Set([0]))
})

test('whatever a server calls them, there are 35 reasons and contexts at most', async () => {
  const names = ['auth', 'channel', 'command', 'key', 'database', 'tls-cert', 'a b']
  const places = ['lua', 'module', 'multi', 'toplevel', '', 'script']
  const log = names.flatMap((reason) => places.map((context) => ({ reason, context })))
  const text = await collected(createAclLog(), server({ log }))

  expect(text.match(/^redis_acl_log_entries\{/gm)).toHaveLength(35)
  expect(text).toContain('redis_acl_log_entries{reason="other",context="other"} 2\n')
  expect(text).toContain('redis_acl_log_entries{reason="key",context="other"} 2\n')
})

describe.each([
  ['with ids', (id: number) => ({ id })],
  ['without ids', () => ({})],
])('the denials of a server %s', (_kind, withId) => {
  const first = (count: number, age = 1) => ({ ...withId(0), count, age, object: 'a' })
  const second = (count: number, age = 1) => ({ ...withId(1), count, age, object: 'b' })

  test('are none at the first look, whatever its log holds', async () => {
    expect(await denials(createAclLog(), { log: [first(7)] })).toEqual([])
  })

  test('are those of new entries', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [first(7)] })

    expect(await denials(collector, { at: 15, log: [second(2), first(7, 16)] })).toEqual([
      'key lua 2',
    ])
  })

  test('are those by which old entries grow, and add up', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [first(7)] })
    await denials(collector, { at: 15, log: [first(9)] })

    expect(await denials(collector, { at: 30, log: [second(1), first(12)] })).toEqual(['key lua 6'])
  })

  test('are not counted again while nothing comes', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [] })
    await denials(collector, { at: 15, log: [first(9)] })

    expect(await denials(collector, { at: 30, log: [first(9, 16)] })).toEqual(['key lua 9'])
  })

  test('stay when the log is cleared, and go on', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [] })
    await denials(collector, { at: 15, log: [first(9)] })

    expect(await denials(collector, { at: 30, log: [] })).toEqual(['key lua 9'])
    expect(await denials(collector, { at: 45, log: [second(2)] })).toEqual(['key lua 11'])
  })

  test('are told by reason and context', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [] })
    const login = { ...second(3), reason: 'auth', context: 'toplevel' }

    expect(await denials(collector, { at: 15, log: [first(1), login] })).toEqual([
      'auth toplevel 3',
      'key lua 1',
    ])
  })

  test.each([5, 1000])(
    'begin at 0 with another run of the server, that is up for %i s, and go on from there',
    async (uptime) => {
      const collector = createAclLog()
      await denials(collector, { log: [] })
      await denials(collector, { at: 15, log: [first(9)] })
      const other = { runId: 'two', uptime }

      expect(await denials(collector, { at: 30, ...other, log: [first(2)] })).toEqual([])
      expect(
        await denials(collector, { ...other, at: 45, uptime: uptime + 15, log: [first(3)] }),
      ).toEqual(['key lua 1'])
    },
  )

  test('begin at 0 when a server comes back that was met before', async () => {
    const collector = createAclLog()
    await denials(collector, { log: [] })
    await denials(collector, { at: 15, log: [first(50)] })
    await denials(collector, { at: 30, runId: 'two', log: [first(1)] })

    expect(await denials(collector, { at: 45, log: [first(50)] })).toEqual([])
  })
})

test('an entry older than all that were read counts as one denial when it comes back', async () => {
  const collector = createAclLog()
  await denials(collector, { log: [{ id: 200 }] })

  expect(await denials(collector, { at: 15, log: [{ id: 3, count: 50 }, { id: 200 }] })).toEqual([
    'key lua 1',
  ])
})

test('so does one that others kept from being read for a while', async () => {
  const collector = createAclLog()
  await denials(collector, { log: [{ id: 200 }] })
  await denials(collector, { at: 15, log: [{ id: 5, count: 2 }] })
  const log = [
    { id: 199, count: 50 },
    { id: 5, count: 2 },
  ]

  expect(await denials(collector, { at: 30, log })).toEqual(['key lua 2'])
})

test('without ids, a cleared log has those counted again that came since the last look', async () => {
  const collector = createAclLog()
  await denials(collector, { log: [{ count: 9 }] })

  expect(await denials(collector, { at: 15, log: [{ count: 2, age: 3 }] })).toEqual(['key lua 2'])
})

test('without ids, entries that are alike are taken together as old ones go', async () => {
  const collector = createAclLog()
  await denials(collector, {
    log: [
      { count: 4, age: 70 },
      { count: 5, age: 140 },
    ],
  })
  const log = [
    { count: 3, age: 2 },
    { count: 4, age: 85 },
  ]

  expect(await denials(collector, { at: 15, log })).toEqual(['key lua 3'])
})

test('a server that does not say who it is is another one when its uptime went back', async () => {
  const collector = createAclLog()
  const unnamed = { runId: '', uptime: 100 }
  await denials(collector, { ...unnamed, log: [] })

  expect(
    await denials(collector, { ...unnamed, at: 15, uptime: 115, log: [{ count: 2 }] }),
  ).toEqual(['key lua 2'])
  expect(await denials(collector, { ...unnamed, at: 30, uptime: 3, log: [{ count: 2 }] })).toEqual(
    [],
  )
})

describe('ACL USERS', () => {
  const answering = (users: Answer): FakeServer => ({
    replies: { 'ACL LOG 128': [], 'ACL USERS': users },
  })

  test.each<[string, Answer, string]>([
    ['is refused', fromErrorReply('NOPERM no'), 'ACL USERS: noperm: '],
    ['gives no list', 7, 'ACL USERS: parse: '],
  ])('that %s costs its own metric only', async (_case, reply, failure) => {
    const poll = fakePoll(answering(reply))
    const { text } = encode('redis', await createAclLog().collect(poll))

    expect(text).not.toContain('acl_users')
    expect(text).toContain('acl_log_entries')
    expect(poll.failedParts).toEqual([expect.stringContaining(failure)])
  })

  test('that breaks off with the connection costs the number of users', async () => {
    const poll = fakePoll(answering(redisError('connection', 'gone')))

    expect(await createAclLog().collect(poll)).not.toEqual([])
    expect(poll.failedParts).toEqual(['ACL USERS: connection: gone'])
  })
})
