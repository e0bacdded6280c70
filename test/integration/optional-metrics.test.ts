import { stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { leastStall } from '../support/event-loop.ts'
import { everythingButKeys } from '../support/everything-wanted.ts'
import type { Family } from '../support/exposition.ts'
import { familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis, unixSocketOf } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { isAtLeast, isValkey } from '../support/server-under-test.ts'

/** The labels of all series of a family. */
function labelsOf(families: readonly Family[], name: string) {
  return families.find((family) => family.name === name)?.samples.map(({ labels }) => labels) ?? []
}

/** What a collector gave in a poll that was up. */
function resultOf({ error, collectors }: PollResult, name: string) {
  expect(error).toBeUndefined()
  return collectors.find((collector) => collector.name === name)
}

async function errorsOf(redis: RedisServer): Promise<string | undefined> {
  return (await redis.info('stats')).total_error_replies
}

it('a poll with all optional metrics but those of keys is one round trip and causes no error', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { settings: everythingButKeys })
  await target.poll()

  const { error, collectors, roundTrips } = await target.poll()

  expect(error).toBeUndefined()
  expect(collectors.filter((collector) => collector.error)).toEqual([])
  expect(roundTrips).toBe(1)
  expect(await errorsOf(redis)).toBe('0')
})

it('the memory of the machine is what the server says', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { settings: { includeSystemMetrics: true } })
  const value = await pollValues(target)

  const { total_system_memory } = await redis.info('memory')
  expect(value('redis_total_system_memory_bytes')).toBe(Number(total_system_memory))
})

it('the RDB file has size 0 until it is saved, then its own', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { settings: { includeRdbFileSize: true } })
  const before = await pollValues(target)
  await redis.client().save()
  const after = await pollValues(target)

  expect(before('redis_rdb_current_size_bytes')).toBe(0)
  const { size } = await stat(join(redis.directory, 'dump.rdb'))
  expect(after('redis_rdb_current_size_bytes')).toBe(size)
})

describe('with 300 clients', () => {
  const settings = { exportClientList: true, exportClientPort: true }

  async function startWithClients() {
    const redis = await startRedis()
    const clients = Array.from({ length: 300 }, () => redis.client())
    await Promise.all(clients.map((client, index) => client.client('SETNAME', `app="${index}"=\\`)))
    return redis
  }

  it('each of them is told with its name, its port and its figures', async () => {
    await using redis = await startWithClients()
    using target = polledTarget(redis.url, { settings })
    const families = await familiesOf(await target.poll())
    const list = String(await redis.client().client('LIST'))
      .trimEnd()
      .split('\n')
      .filter((line) => line.includes(' name=app='))

    const told = labelsOf(families, 'redis_connected_client_info')
    expect(list).toHaveLength(300)
    for (const line of list) {
      const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1] ?? ''
      expect(told).toContainEqual({
        id: field('id'),
        name: field('name'),
        flags: 'N',
        db: '0',
        host: '127.0.0.1',
        port: field('addr').split(':')[1],
        user: 'default',
        resp: '2',
      })
    }
    const created = families.find(({ name }) => /client_created_at_timestamp$/.test(name))
    const now = Date.now() / 1e3
    const ages = created?.samples.map(({ value }) => now - value) ?? []
    expect(ages.length).toBeGreaterThanOrEqual(301)
    expect(Math.max(...ages)).toBeLessThan(30)
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0)
  })

  it('the bound leaves whole clients out, always the same, and counts their series', async () => {
    await using redis = await startWithClients()
    using target = polledTarget(redis.url, { settings: { ...settings, clientListMaxSeries: 1205 } })
    const first = resultOf(await target.poll(), 'client-list')
    const second = resultOf(await target.poll(), 'client-list')

    const ids = (result: typeof first) => new Set(result?.samples.map(({ labels }) => labels.id))
    // From 7.4 on, a server tells how many keys a client watches, and so does Valkey.
    const each = isAtLeast('Redis', '7.4') || isValkey ? 13 : 12
    const clients = Math.floor(1205 / each)
    expect(ids(first).size).toBe(clients)
    expect(ids(second)).toEqual(ids(first))
    expect(first?.samples).toHaveLength(clients * each)
    // The three hundred, and the exporter itself.
    expect(first?.leftOut).toBe((301 - clients) * each)
  })

  it('a poll does not keep the event loop for 20 ms', async () => {
    await using redis = await startWithClients()
    using target = polledTarget(redis.url, { settings })
    await target.poll()
    const stall = await leastStall(20, () => target.poll())

    console.log(`longest stall of a poll with 301 clients: ${stall.toFixed(1)} ms`)
    expect(stall).toBeLessThan(20)
  })
})

it('a client of a Unix socket has its path for a host', async () => {
  await using redis = await startRedis({ unixSocket: true })
  const path = unixSocketOf(redis)
  using target = polledTarget(`unix://${path}`, {
    settings: { exportClientList: true, exportClientPort: true },
  })
  const families = await familiesOf(await target.poll())

  expect(labelsOf(families, 'redis_connected_client_info')).toContainEqual(
    expect.objectContaining({ host: path, port: '0' }),
  )
})

describe('of a server with passwords', () => {
  const password = 'tr0ub4dor'
  const passwords = ['requirepass', 'masterauth', 'tls-key-file-pass', 'tls-client-key-file-pass']
  // Valkey calls one of them by another name besides.
  const secrets = [...passwords, 'primaryauth']

  /** Polls over a proxy; returns the parameters that are served and what the server sent for it. */
  async function pollListening(redactConfigMetrics: boolean) {
    await using redis = await startRedis({
      password,
      args: passwords.slice(1).flatMap((name) => [`--${name}`, `s3cret-of-${name}`]),
    })
    let heard = ''
    await using proxy = await startPeer((socket) => {
      const server = connect(redis.port, '127.0.0.1')
      server.on('data', (chunk) => {
        heard += chunk.toString('latin1')
      })
      server.on('error', () => socket.destroy())
      socket.pipe(server).pipe(socket)
    })
    using target = polledTarget(proxy.url, {
      password,
      settings: { includeConfigMetrics: true, redactConfigMetrics },
    })
    await target.poll()
    const result = await target.poll()
    expect(result.roundTrips).toBe(1)
    expect(resultOf(result, 'config-metrics')?.error).toBeUndefined()
    const all = await redis.client().config('GET', '*')
    const served = labelsOf(await familiesOf(result), 'redis_config_key_value')
    return {
      heard,
      keys: served.map(({ key = '' }) => key),
      all: (all as string[]).filter((_, index) => index % 2 === 0),
    }
  }

  it('every other parameter is served, and no secret leaves the server', async () => {
    const { heard, keys, all } = await pollListening(true)

    expect(keys.sort()).toEqual(all.filter((name) => !secrets.includes(name)).sort())
    expect(heard).toContain('maxmemory-policy')
    expect(heard).not.toContain(password)
    expect(heard).not.toContain('s3cret')
    expect(secrets.filter((name) => heard.includes(name))).toEqual([])
  })

  it('all of them are served when nobody wants redaction', async () => {
    const { heard, keys, all } = await pollListening(false)

    expect(keys.sort()).toEqual(all.sort())
    expect(heard).toContain('s3cret-of-masterauth')
  })
})

describe('of a server whose CONFIG is called MYCONFIG', () => {
  const args = ['--rename-command', 'CONFIG', 'MYCONFIG', '--databases', '3']
  const settings = { ...everythingButKeys, configCommand: 'MYCONFIG' }

  it('all that CONFIG tells is read, without an error', async () => {
    await using redis = await startRedis({ args })
    using target = polledTarget(redis.url, { settings })
    const value = await pollValues(target)

    expect(value('redis_config_maxclients')).toBe(10_000)
    expect(value('redis_config_value', { key: 'databases' })).toBe(3)
    expect(value('redis_db_keys', { db: 'db2' })).toBe(0)
    expect(value('redis_db_keys', { db: 'db3' })).toBeUndefined()
    expect(value('redis_rdb_current_size_bytes')).toBe(0)
    const { collectors, roundTrips } = await target.poll()
    expect(collectors.filter(({ error }) => error)).toEqual([])
    expect(roundTrips).toBe(1)
    expect(await errorsOf(redis)).toBe('0')
  })

  it.each([
    ['called CONFIG', 'CONFIG'],
    ['to be done without', '-'],
  ])('nothing of it is asked for when it is said to be %s', async (_case, configCommand) => {
    await using redis = await startRedis({ args })
    using target = polledTarget(redis.url, { settings: { ...settings, configCommand } })
    const value = await pollValues(target)

    expect(value('redis_config_maxclients')).toBeUndefined()
    expect(value('redis_db_keys', { db: 'db0' })).toBe(0)
    expect(value('redis_db_keys', { db: 'db1' })).toBeUndefined()
    expect((await target.poll()).collectors.map(({ name }) => name)).not.toContain('config')
    expect(await errorsOf(redis)).toBe('0')
  })
})

it('CONFIG is left alone with - also where the server may not tell its commands', async () => {
  await using redis = await startRedis({ args: ['--user', 'watcher', 'on', '>tr0ub4dor', '+info'] })
  using target = polledTarget(redis.url, {
    user: 'watcher',
    password: 'tr0ub4dor',
    settings: { ...everythingButKeys, configCommand: '-' },
  })
  // Valkey asks itself for some when it starts.
  const asked = async () => (await redis.info('commandstats'))['cmdstat_config|get']
  const before = await asked()
  await target.poll()

  expect(await asked()).toBe(before)
})
