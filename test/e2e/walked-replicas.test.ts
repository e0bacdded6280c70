import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-server.ts'

const within = { within: 60_000, every: 20 }

const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

describe('of two replicas of a master, where replicas are walked', () => {
  let cluster: RedisCluster
  let exporter: Exporter
  let first: RedisServer
  let second: RedisServer

  beforeAll(async () => {
    cluster = await startCluster({ masters: 1, replica: true })
    const [master] = cluster.nodes
    if (!master) throw new Error('the cluster has no master')
    await master.client().set('key', 'x')
    await cluster.addReplica(master)
    const [one, other] = cluster.nodes
      .slice(1)
      .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
    if (!one || !other) throw new Error('the master has no two replicas')
    first = one
    second = other
    exporter = await startExporter({
      args: [
        ...[`--redis.addr=${nameOf(master)}`, '--discover=cluster', '--scan.on=replica'],
        ...['--poll.interval=1s', '--count-keys=key', '--scan.interval=1s', '--scan.max-age=1h'],
        '--check-single-keys=key',
      ],
    })
  }, 120_000)
  afterAll(async () => {
    await exporter?.stop()
    await cluster?.[Symbol.asyncDispose]()
  })

  /** Whose keys are served; never those of two. */
  async function walked(): Promise<readonly (string | undefined)[]> {
    const families = await exporter.metrics()
    const counts = families.find(({ name }) => name === 'redis_keys_count')?.samples ?? []
    const names = counts.map(({ labels }) => labels.target)
    if (names.length > 1) throw new Error(`the keys of both are served: ${names.join(' ')}`)
    return names
  }

  /** Looks again and again, and at once fails where the keys of two are served. */
  async function becomes(server: RedisServer): Promise<void> {
    let both: unknown
    await eventually(async () => {
      const names = await walked().catch((failure) => {
        both = failure
        return []
      })
      if (!both) expect(names).toEqual([nameOf(server)])
    }, within)
    expect(both).toBeUndefined()
  }

  /** Who tells of the key that is named, by its polls. */
  async function tellsOfNamed(): Promise<readonly (string | undefined)[]> {
    const families = await exporter.metrics()
    const sizes = families.find(({ name }) => name === 'redis_key_size')?.samples ?? []
    return sizes.map(({ labels }) => labels.target)
  }

  it('the keys of the first are looked at', async () => {
    await becomes(first)
    await eventually(async () => expect(await tellsOfNamed()).toEqual([nameOf(first)]), within)
  })

  it('those of the second are where the first is well to the cluster and down to us', async () => {
    await first.client().call('ACL', 'SETUSER', 'default', '-info')

    await becomes(second)
    await eventually(async () => expect(await tellsOfNamed()).toEqual([nameOf(second)]), within)
  })

  it('those of the first are again once it is up, and no moment those of both', async () => {
    await first.client().call('ACL', 'SETUSER', 'default', '+info')

    await becomes(first)
    const { body } = await exporter.get(`/scrape?target=${nameOf(second)}`)
    expect(body).toContain('redis_up 1\n')
    expect(body).not.toContain('redis_exporter_scan')
  })
})
