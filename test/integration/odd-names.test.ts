import { describe, expect, it } from 'vitest'
import { familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'

// Names that hold what separates fields in the replies of real servers.

describe('a client over a socket whose path holds blanks and an equals sign', () => {
  it('is told with the path as its host, and counted', async () => {
    await using redis = await startRedis({ args: ['--unixsocket', 'a b=c.sock'] })
    using target = polledTarget(`unix://${redis.directory}/a b=c.sock`, {
      settings: { exportClientList: true },
      collect: ['clients-aggregate'],
    })
    const result = await target.poll()
    const families = await familiesOf(result)
    const info = families.find(({ name }) => name === 'redis_connected_client_info')?.samples ?? []
    const ours = info.find(({ labels }) => labels.name === 'redis_exporter')

    expect(ours?.labels).toMatchObject({ host: 'a b=c.sock', flags: 'U', db: '0' })
    expect(result.collectors.flatMap(({ rejected }) => rejected)).toEqual([])
    const value = await pollValues(target)
    expect(value('redis_clients_by_name', { name: 'redis_exporter' })).toBe(1)
    expect(value('redis_clients_by_flag', { flag: 'unix_socket' })).toBe(1)
  })
})

describe('a Sentinel with a master whose name holds what separates fields', () => {
  it.each(['a,b', 'a=b', 'a,status=odown'])('%s: all metrics have the same name', async (name) => {
    await using master = await startRedis()
    await using sentinel = await startSentinel({ masters: [{ name, port: master.port }] })
    using target = polledTarget(sentinel.url)
    const families = await familiesOf(await target.poll())
    const named = families
      .filter((family) => family.name.startsWith('redis_sentinel_master_'))
      .map((family) => [family.name, family.samples.map(({ labels }) => labels.master_name)])

    expect(named.map(([metric]) => metric)).toContain('redis_sentinel_master_status')
    expect(named.map(([metric]) => metric)).toContain('redis_sentinel_master_ckquorum_status')
    for (const [metric, names] of named) expect([metric, names]).toEqual([metric, [name]])
  })
})
