import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { clientsAggregate } from '../../../src/collectors/clients/clients-aggregate.ts'
import { runCollector } from '../../../src/poller/run-collector.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { leastStall } from '../../support/event-loop.ts'
import { collected, type FakeServer, fakePoll } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

function server(reply: Reply): FakeServer {
  return { replies: { 'CLIENT LIST': reply } }
}

/** A client with some fields, those that every server tells among them. */
function client(id: number, fields: Readonly<Record<string, string | number>> = {}): string {
  const all = { name: '', age: 0, idle: 0, flags: 'N', db: 0, ...fields }
  const parts = Object.entries(all).map(([name, value]) => `${name}=${value}`)
  return `id=${id} addr=127.0.0.1:${id} ${parts.join(' ')}\n`
}

const range = (length: number) => Array.from({ length }, (_, index) => index)

/** The series of one family without their common name. */
async function family(name: string, reply: string): Promise<readonly string[]> {
  const text = await collected(clientsAggregate, server(reply))
  return [...text.matchAll(new RegExp(`^redis_${name}(.*)$`, 'gm'))].map(([, rest = '']) => rest)
}

test('two clients of Valkey 8, a replica and one that is asking', async () => {
  const reply = readFixture('valkey-8-dev/client-list.txt')
  const text = await collected(clientsAggregate, server(reply))

  expect(text.replaceAll(/^redis_clients_by_flag\{.*\} 0\n/gm, '')).toBe(unindented`
    # TYPE redis_client_largest_memory_bytes gauge
    redis_client_largest_memory_bytes 17322
    # TYPE redis_client_largest_output_buffer_bytes gauge
    redis_client_largest_output_buffer_bytes 0
    # TYPE redis_client_largest_query_buffer_bytes gauge
    redis_client_largest_query_buffer_bytes 0
    # TYPE redis_clients_age_seconds histogram
    redis_clients_age_seconds_bucket{le="1"} 1
    redis_clients_age_seconds_bucket{le="10"} 2
    redis_clients_age_seconds_bucket{le="60"} 2
    redis_clients_age_seconds_bucket{le="300"} 2
    redis_clients_age_seconds_bucket{le="1800"} 2
    redis_clients_age_seconds_bucket{le="3600"} 2
    redis_clients_age_seconds_bucket{le="21600"} 2
    redis_clients_age_seconds_bucket{le="86400"} 2
    redis_clients_age_seconds_bucket{le="604800"} 2
    redis_clients_age_seconds_bucket{le="+Inf"} 2
    redis_clients_age_seconds_sum 4
    redis_clients_age_seconds_count 2
    # TYPE redis_clients_by_database gauge
    redis_clients_by_database{db="db0"} 2
    # TYPE redis_clients_by_flag gauge
    redis_clients_by_flag{flag="normal"} 1
    redis_clients_by_flag{flag="replica"} 1
    # TYPE redis_clients_by_library gauge
    redis_clients_by_library{lib_name="",lib_ver=""} 2
    # TYPE redis_clients_by_name gauge
    redis_clients_by_name{name=""} 2
    # TYPE redis_clients_by_user gauge
    redis_clients_by_user{user="default"} 2
    # TYPE redis_clients_commands gauge
    redis_clients_commands 5
    # TYPE redis_clients_idle_seconds histogram
    redis_clients_idle_seconds_bucket{le="1"} 1
    redis_clients_idle_seconds_bucket{le="10"} 2
    redis_clients_idle_seconds_bucket{le="60"} 2
    redis_clients_idle_seconds_bucket{le="300"} 2
    redis_clients_idle_seconds_bucket{le="1800"} 2
    redis_clients_idle_seconds_bucket{le="3600"} 2
    redis_clients_idle_seconds_bucket{le="21600"} 2
    redis_clients_idle_seconds_bucket{le="86400"} 2
    redis_clients_idle_seconds_bucket{le="604800"} 2
    redis_clients_idle_seconds_bucket{le="+Inf"} 2
    redis_clients_idle_seconds_sum 4
    redis_clients_idle_seconds_count 2
    # TYPE redis_clients_memory_bytes gauge
    redis_clients_memory_bytes 19258
    # TYPE redis_clients_net_input_bytes gauge
    redis_clients_net_input_bytes 228
    # TYPE redis_clients_net_output_bytes gauge
    redis_clients_net_output_bytes 22
    # TYPE redis_clients_output_buffer_bytes gauge
    redis_clients_output_buffer_bytes 0
    # TYPE redis_clients_query_buffer_bytes gauge
    redis_clients_query_buffer_bytes 0
  `)
})

const ofAll = [
  ...['client_largest_memory_bytes', 'client_largest_output_buffer_bytes'],
  ...['client_largest_query_buffer_bytes', 'clients_age_seconds', 'clients_by_database'],
  ...['clients_by_flag', 'clients_by_name', 'clients_by_user', 'clients_idle_seconds'],
  ...['clients_memory_bytes', 'clients_output_buffer_bytes', 'clients_query_buffer_bytes'],
]
const library = 'clients_by_library'
const traffic = ['clients_commands', 'clients_net_input_bytes', 'clients_net_output_bytes']

test.each([
  ['redis-6.2.5', 6, ofAll],
  ['redis-7.0', 2, ofAll],
  ['redis-7.0.15', 6, ofAll],
  ['redis-7.4.1', 6, [...ofAll, library]],
  ['redis-8-dev', 2, [...ofAll, library]],
  ['valkey-8-dev', 2, [...ofAll, library, ...traffic]],
])('%s: its %i clients, in as many families as it tells of', async (folder, clients, names) => {
  const poll = fakePoll(server(readFixture(`${folder}/client-list.txt`)))
  const samples = await clientsAggregate.collect(poll)

  expect([...new Set(samples.map(({ metric }) => metric.name))].sort()).toEqual([...names].sort())
  const age = samples.find(({ metric }) => metric.name === 'clients_age_seconds')
  expect(age?.value).toMatchObject({ count: clients })
  expect(poll.rejected).toEqual([])
})

test('clients of Redis 5 have no user and no memory', async () => {
  const text = await collected(clientsAggregate, server(client(1, { qbuf: 0, omem: 0 })))

  expect(text).not.toMatch(/by_user|by_library|memory|net_|commands/)
  expect(text).toContain('redis_client_largest_query_buffer_bytes 0\n')
})

test('clients count for each of their flags, and flags that none has are 0', async () => {
  const series = await family(
    'clients_by_flag',
    client(1, { flags: 'N' }) + client(2, { flags: 'xP' }) + client(3, { flags: 'xb' }),
  )

  expect(series.filter((one) => !one.endsWith(' 0'))).toEqual([
    '{flag="normal"} 1',
    '{flag="pubsub"} 1',
    '{flag="blocked"} 1',
    '{flag="multi"} 2',
  ])
  expect(series).toContain('{flag="replica"} 0')
  expect(series).toHaveLength(19)
})

test('the largest and the sum are those of all clients', async () => {
  const reply = [5, 70, 30].map((omem, id) => client(id, { omem, qbuf: 1 })).join('')

  expect(await family('client_largest_output_buffer_bytes', reply)).toEqual([' 70'])
  expect(await family('clients_output_buffer_bytes', reply)).toEqual([' 105'])
})

test.each([
  [0, '1'],
  [1, '1'],
  [2, '10'],
  [604_800, '604800'],
  [604_801, '+Inf'],
  // The clock of the server was set back.
  [-7, '1'],
])('a client that is idle for %i seconds is in the bucket to %s', async (idle, bound) => {
  const buckets = await family('clients_idle_seconds_bucket', client(1, { idle }))

  expect(buckets.find((line) => line.endsWith(' 1'))).toBe(`{le="${bound}"} 1`)
  expect(await family('clients_idle_seconds_count', client(1, { idle }))).toEqual([' 1'])
})

test('libraries are told apart by version', async () => {
  const libraries = [
    ['ioredis', '5.4'],
    ['ioredis', '5.4'],
    ['ioredis', '6.0'],
    ['', '1'],
    ['lettuce', ''],
  ]
  const reply = libraries.map(([name = '', version = ''], id) =>
    client(id, { 'lib-name': name, 'lib-ver': version }),
  )

  expect(await family('clients_by_library', reply.join(''))).toEqual([
    '{lib_name="ioredis",lib_ver="5.4"} 2',
    '{lib_name="",lib_ver="1"} 1',
    '{lib_name="ioredis",lib_ver="6.0"} 1',
    '{lib_name="lettuce",lib_ver=""} 1',
  ])
})

describe('the bound', () => {
  test.each([
    ['clients_by_name', 'name', 50, 'name="other"'],
    ['clients_by_user', 'user', 50, 'user="other"'],
    ['clients_by_database', 'db', 50, 'db="other"'],
    ['clients_by_library', 'lib-name', 20, 'lib_name="other",lib_ver=""'],
  ])('of %s has the rest summed', async (name, field, most, labels) => {
    const reply = range(100).flatMap((id) => [
      client(id, { [field]: id }),
      // The first ones are the most frequent.
      ...(id < most ? [client(id + 100, { [field]: id })] : []),
    ])
    const series = await family(name, reply.join(''))

    expect(series).toHaveLength(most + 1)
    expect(series.slice(0, most).every((line) => line.endsWith(' 2'))).toBe(true)
    expect(series.at(-1)).toBe(`{${labels}} ${100 - most}`)
  })

  test('of names leaves one series where a client is called other itself', async () => {
    const others = range(9).map((id) => client(id, { name: 'other', 'lib-name': 'other' }))
    const more = range(100).map((id) => client(id + 9, { name: id, 'lib-name': id }))
    const reply = [...others, ...more].join('')

    expect((await family('clients_by_name', reply))[0]).toBe('{name="other"} 60')
    expect((await family('clients_by_library', reply))[0]).toBe('{lib_name="other",lib_ver=""} 90')
  })

  test('of their length has long names shortened, and still distinct', async () => {
    const long = 'x'.repeat(2000)
    const series = await family(
      'clients_by_name',
      client(1, { name: `${long}a` }) + client(2, { name: `${long}b` }),
    )

    expect(series).toHaveLength(2)
    expect(new Set(series).size).toBe(2)
    expect(series.every((line) => line.length < 560)).toBe(true)
  })

  test('of all together is 227 series', async () => {
    const all = ['qbuf', 'omem', 'tot-mem', 'tot-net-in', 'tot-net-out', 'tot-cmds']
    const figures = Object.fromEntries(all.map((field) => [field, 1]))
    const reply = range(200).map((id) =>
      client(id, { name: id, user: id, db: id, 'lib-name': id, flags: 'Z', ...figures }),
    )
    const text = await collected(clientsAggregate, server(reply.join('')))

    // 51 names, users, databases, 21 libraries, 20 flags, 9 figures, and two histograms of 12.
    expect(text.match(/^redis_.*$/gm)).toHaveLength(227)
  })
})

test('what tells of no client is rejected and costs no other', async () => {
  const poll = fakePoll(server(`${client(1)}id=x addr=b:1\n${client(3, { age: 'old' })}`))
  const samples = await clientsAggregate.collect(poll)

  expect(poll.rejected).toEqual(['client: id=x addr=b:1', 'age: old'])
  expect(samples.find(({ metric }) => metric.name === 'clients_by_name')?.value).toBe(2)
})

test.each<[string, Reply]>([
  ['nil', null],
  ['a number', 7],
  ['a list', ['id=1 addr=a:1']],
])('a reply that is %s is a failure', async (_form, reply) => {
  await expect(clientsAggregate.collect(fakePoll(server(reply)))).rejects.toMatchObject({
    reason: 'parse',
  })
})

/** Clients as Valkey 8 lists them. */
function manyClients(nameOf: (id: number) => string): string {
  return range(10_000)
    .map((id) =>
      client(id, {
        ...{ name: nameOf(id), user: nameOf(id), db: id % 16, age: 60 + id, idle: id % 100 },
        ...{ sub: 0, psub: 0, ssub: 0, multi: -1, watch: 0, qbuf: 0, 'qbuf-free': 0 },
        ...{ 'argv-mem': 0, 'multi-mem': 0, rbs: 1024, rbp: 0, obl: 0, oll: 0, omem: 0 },
        ...{ 'tot-mem': 1800, events: 'r', cmd: 'get', redir: -1, resp: 2 },
        ...{ 'lib-name': nameOf(id), 'lib-ver': '1.0', 'tot-net-in': id, 'tot-net-out': id },
      }),
    )
    .join('')
}

describe('10,000 clients do not keep the event loop for 20 ms', () => {
  test.each<[string, (id: number) => string]>([
    ['with few names', (id) => `app-${id % 7}`],
    // Which is the most that there is to sort.
    ['with a name each', (id) => `app-${(id * 7919) % 10_000}`],
  ])('%s', { timeout: 30_000 }, async (names, nameOf) => {
    const poll = fakePoll(server(manyClients(nameOf)))
    const stall = await leastStall(20, () => runCollector(clientsAggregate, poll, systemClock))

    console.log(`longest stall of 10,000 clients ${names}: ${stall.toFixed(1)} ms`)
    expect(stall).toBeLessThan(20)
  })
})
