import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { createRenewedConnection } from '../../src/redis/renewed-connection.ts'
import { eventually } from '../support/eventually.ts'
import { startForwarder } from '../support/forwarder.ts'
import { loggedTarget } from '../support/logged-target.ts'
import { answers, refuses } from '../support/peer-behaviours.ts'
import { type PolledTarget, polledTarget, pollValues } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const info = resp.bulk('# Server\r\nredis_version:7.0.15\r\nrun_id:of-the-peer\r\n')
const healthy = (name: string) =>
  name === 'INFO' ? info : resp.error(`ERR unknown command '${name}'`)

describe('a connection that died since the last poll', () => {
  it.each([
    ['and is reset at the next command', 'reset'],
    ['and never says another word', 'mute'],
  ])('%s, is replaced within the poll', async (_case, death) => {
    await using peer = await startPeer((socket, connection) => {
      let asked = 0
      answers(([name = '']) => {
        if (name === 'INFO') asked += 1
        const isDead = connection === 1 && asked > 1
        if (isDead && death === 'reset') socket.resetAndDestroy()
        return isDead ? undefined : healthy(name)
      })(socket, connection)
    })
    using target = loggedTarget(peer.url, { timeout: 4_000 })

    for (let count = 0; count < 3; count++) expect((await target.poll()).error).toBeUndefined()

    expect(peer.connections()).toBe(2)
    expect(target.lines().map(({ msg }) => msg)).toEqual(['up'])
  })

  it('is no reason to call a server up that is gone', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url)
    await target.poll()
    await server.kill()

    const { error } = await target.poll()

    expect(error?.message).toBe('no connection (ECONNREFUSED)')
  })
})

describe('where the name leads to another server than before', () => {
  it('the poll follows it when the connection is of age, and misses nothing', async () => {
    await using one = await startRedis()
    await using other = await startRedis()
    await using name = await startForwarder(one.port)
    using target = agingTarget(name.url, 1)
    expect(await portOf(target)).toBe(`${one.port}`)

    name.leadTo(other.port)

    expect(await portOf(target)).toBe(`${other.port}`)
    await eventually(async () => expect(name.openConnections()).toBe(1))
  })

  it('the poll follows it at once when the role of the old one has changed', async () => {
    await using one = await startRedis()
    await using other = await startRedis()
    await using name = await startForwarder(one.port)
    using target = agingTarget(name.url, 3_600_000)
    expect(await portOf(target)).toBe(`${one.port}`)
    expect(await portOf(target)).toBe(`${one.port}`)

    name.leadTo(other.port)
    await one.client().call('REPLICAOF', '127.0.0.1', `${other.port}`)

    expect(await portOf(target)).toBe(`${other.port}`)
  })

  it.each([
    ['lets us in and says nothing', () => undefined],
    ['asks for a password', refuses('NOAUTH Authentication required.')],
  ])('the old connection goes on where the other server %s', async (_case, behaviour) => {
    await using one = await startRedis()
    await using other = await startPeer(behaviour)
    await using name = await startForwarder(one.port)
    using target = agingTarget(name.url, 1)
    expect(await portOf(target)).toBe(`${one.port}`)

    name.leadTo(other.port)

    expect(await portOf(target)).toBe(`${one.port}`)
  })
})

it('what a server turns out to be counts in the poll that finds it out', async () => {
  await using master = await startRedis()
  await using server = await startRedis()
  using target = polledTarget(server.url)
  await target.poll()
  expect((await target.poll()).role).toBe('master')

  await server.client().call('REPLICAOF', '127.0.0.1', `${master.port}`)

  expect((await target.poll()).role).toBe('slave')
})

it('a cluster that is down is one error reply with each poll, one line, and no false zero', async () => {
  await using cluster = await startCluster()
  const [node, , last] = cluster.nodes
  if (!node || !last) throw new Error('the cluster lacks nodes')
  const keys: string[] = []
  for (let number = 0; keys.length < 20; number++) {
    const key = `key:${number}`
    const slot = Number(await node.client().call('CLUSTER', 'KEYSLOT', key))
    // The first node has the first third.
    if (slot < 5_000) keys.push(key)
  }
  for (const key of keys) await node.client().set(key, 'x')
  await last.kill()
  await eventually(
    async () => await expect(node.client().get(keys[0] ?? '')).rejects.toThrow('CLUSTERDOWN'),
    { within: 30_000, every: 200 },
  )
  using target = loggedTarget(node.url, {
    flags: [`--check-single-keys=${keys.join()}`, '--check-single-streams=key:0,key:1'],
  })
  const count = async () =>
    Number((await node.info('errorstats')).errorstat_CLUSTERDOWN?.replace('count=', '') ?? 0)
  const before = await count()

  const body = snapshotBytes(await target.poll(3)).toString()

  expect((await count()) - before).toBe(3)
  expect(body).toContain('\nredis_exporter_collector_success{collector="check-single-keys"} 0\n')
  expect(body).not.toContain('redis_key_size')
  expect(target.lines().filter(({ level }) => level === 'warn')).toMatchObject([
    { collector: 'check-single-keys', reason: 'clusterdown' },
  ])
})

/** A target whose connection is replaced when it is so old. */
function agingTarget(url: string, maximumAgeMilliseconds: number): PolledTarget {
  return polledTarget(url, {
    connect: (...how) =>
      createRenewedConnection({
        connect: createConnect(...how),
        maximumAgeMilliseconds,
        patienceMilliseconds: 1_000,
        onRenewal: () => undefined,
        clock: systemClock,
      }),
  })
}

/** The port of the server that a poll reads, by what that says of itself. */
async function portOf(target: PolledTarget): Promise<string | undefined> {
  const value = await pollValues(target)
  expect(value('redis_up')).toBe(1)
  const result = await target.poll()
  const server = result.collectors.find(({ name }) => name === 'server')
  const instance = server?.samples.find(({ metric }) => metric.name === 'instance_info')
  return instance?.labels.tcp_port
}
