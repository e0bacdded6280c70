import { describe, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkStreams } from '../../src/collectors/keys/check-streams.ts'
import { countKeys } from '../../src/collectors/keys/count-keys.ts'
import { configured } from '../support/configured.ts'
import { loggedTarget } from '../support/logged-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'
import { walkedTarget } from '../support/walked-target.ts'

const missing = 'the server does not know the command, or only by another name'

/** A server with a list, a string, a long string and a stream, from which a command was taken away. */
async function serverWithout(command: string): Promise<RedisServer> {
  const server = await startRedis({ args: ['--rename-command', command, ''] })
  const client = server.client()
  await client.rpush('jobs', 'a', 'b', 'c')
  await client.set('name', 'hunter')
  await client.xadd('orders', '1-1', 'a', 'b')
  return server
}

/** What polls tell of keys that are named, and what is told of those that cannot be read. */
async function polled(server: RedisServer, ...flags: readonly string[]) {
  using target = loggedTarget(server.url, { flags })
  const body = snapshotBytes(await target.poll(3)).toString()
  return {
    series: (
      body.match(/^redis_(key_size|key_value|key_memory|stream)\w*\{db="db\d",(key|stream)=.*/gm) ??
      []
    ).map((line) => line.replace(/(memory_usage_bytes\S+) .*/, '$1')),
    success: body.match(/^redis_exporter_collector_success\{collector="check-.*/gm),
    counts: (await target.ownMetrics()).match(
      /^redis_exporter_collector_errors_total\{collector="check-.* [1-9]\d*$/gm,
    ),
    lines: target.lines().flatMap(({ level, msg }) => (level === 'warn' ? [msg] : [])),
  }
}

describe('keys that are named, on a server without', () => {
  it('TYPE, have their memory, and it is told once that the rest is missing', async () => {
    await using server = await serverWithout('TYPE')

    expect(await polled(server, '--check-single-keys=jobs,name,db1=jobs')).toEqual({
      series: [
        'redis_key_memory_usage_bytes{db="db0",key="jobs"}',
        'redis_key_memory_usage_bytes{db="db0",key="name"}',
      ],
      success: ['redis_exporter_collector_success{collector="check-single-keys"} 0'],
      counts: [
        'redis_exporter_collector_errors_total{collector="check-single-keys",reason="unknown_command"} 1',
      ],
      lines: [`part of a collector failed: ${missing}`],
    })
    expect((await server.info('errorstats')).errorstat_ERR).toBe('count=1')
  })

  it('GETRANGE, have all but what is read of strings', async () => {
    await using server = await serverWithout('GETRANGE')

    expect(await polled(server, '--check-single-keys=jobs,name')).toMatchObject({
      series: [
        'redis_key_memory_usage_bytes{db="db0",key="jobs"}',
        'redis_key_memory_usage_bytes{db="db0",key="name"}',
        'redis_key_size{db="db0",key="jobs"} 3',
      ],
      success: ['redis_exporter_collector_success{collector="check-single-keys"} 0'],
      lines: [`part of a collector failed: ${missing}`],
    })
  })

  it('SELECT, are seen in the first database alone', async () => {
    await using server = await serverWithout('SELECT')

    expect(await polled(server, '--check-single-keys=jobs,db1=jobs')).toMatchObject({
      series: [
        'redis_key_memory_usage_bytes{db="db0",key="jobs"}',
        'redis_key_size{db="db0",key="jobs"} 3',
      ],
      success: ['redis_exporter_collector_success{collector="check-single-keys"} 0'],
      lines: [`part of a collector failed: ${missing}`],
    })
  })

  it.each(['TYPE', 'XINFO'])('%s, are no streams, and that is told', async (command) => {
    await using server = await serverWithout(command)

    expect(await polled(server, '--check-single-streams=orders')).toEqual({
      series: [],
      success: ['redis_exporter_collector_success{collector="check-single-streams"} 0'],
      counts: [
        'redis_exporter_collector_errors_total{collector="check-single-streams",reason="unknown_command"} 1',
      ],
      lines: [`collector failed: ${missing}`],
    })
  })
})

describe('keys that match a pattern, on a server without', () => {
  const { settings } = configured(['--check-keys=*', '--check-streams=*', '--count-keys=*'])

  /** What a walk gives, and what it tells of. */
  async function walked(server: RedisServer) {
    using target = walkedTarget(server.url, [checkKeys, checkStreams, countKeys], { settings })
    const { collectors } = await target.walk()
    return {
      series: target
        .samples('check-keys')
        .map(({ metric, labels }) => `${metric.name} ${labels.key}`)
        .sort(),
      streams: target.samples('check-streams').length,
      failed: Object.fromEntries(
        collectors.map(({ name, error, failedParts = new Map() }) => [
          name,
          error ? error.message : [...failedParts].map(([part, { reason }]) => `${part} ${reason}`),
        ]),
      ),
    }
  }

  const memory = ['jobs', 'name', 'orders'].map((key) => `key_memory_usage_bytes ${key}`)

  it('TYPE, have their memory, and it is told that the rest is missing', async () => {
    await using server = await serverWithout('TYPE')

    expect(await walked(server)).toEqual({
      series: memory,
      streams: 0,
      failed: {
        'check-keys': ['type unknown_command'],
        'check-streams': ['type unknown_command'],
        'count-keys': [],
      },
    })
  })

  it.each([
    ['GETRANGE', [...memory, 'key_size jobs', 'key_size orders'], ['getrange unknown_command'], []],
    [
      'LLEN',
      [...memory, 'key_size name', 'key_size orders', 'key_value_as_string name'],
      ['llen unknown_command'],
      [],
    ],
    [
      'MEMORY',
      ['key_size jobs', 'key_size name', 'key_size orders', 'key_value_as_string name'],
      ['memory|usage unknown_command'],
      [],
    ],
    [
      'XINFO',
      [...memory, 'key_size jobs', 'key_size name', 'key_size orders', 'key_value_as_string name'],
      [],
      ['xinfo|stream unknown_command', 'xinfo|groups unknown_command'],
    ],
  ])('%s, lose what it tells, and that is told', async (command, series, ofKeys, ofStreams) => {
    await using server = await serverWithout(command)
    const found = await walked(server)

    expect(found.series).toEqual([...series].sort())
    expect(found.failed).toEqual({
      'check-keys': ofKeys,
      'check-streams': ofStreams,
      'count-keys': [],
    })
  })

  it('SCAN, are not found, and that is told', async () => {
    await using server = await serverWithout('SCAN')

    expect(await walked(server)).toEqual({
      series: [],
      streams: 0,
      failed: { 'check-keys': missing, 'check-streams': missing, 'count-keys': missing },
    })
  })
})
