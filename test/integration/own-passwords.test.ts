import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { followTopologies } from '../../src/fleet/follow-topologies.ts'
import { createNameLookups } from '../../src/targets/name-lookups.ts'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { testFleet } from '../support/test-fleet.ts'
import { wantedTarget } from '../support/wanted-target.ts'

// Nodes need no password of each other to be a cluster, so each may have one of its own.

let cluster: RedisCluster
/** The failed logins that each node knows of, by its port. */
const refusals = new Map<number, () => Promise<unknown>>()

beforeAll(async () => {
  cluster = await startCluster({ masters: 3 })
  for (const { port, client } of cluster.nodes) {
    const before = client()
    await before.config('SET', 'requirepass', `of-${port}`)
    refusals.set(port, () => before.call('ACL', 'LOG'))
  }
}, 120_000)
afterAll(async () => await cluster?.[Symbol.asyncDispose]())

it('nodes of a cluster that are each configured are logged in to by nothing but their own passwords', async () => {
  const { settings } = configured(['--discover=cluster', '--poll.interval=1s'])
  const ports = cluster.nodes.map(({ port }) => port)
  const seeds = ports.map((port) =>
    wantedTarget(`redis://:of-${port}@127.0.0.1:${port}`, settings, {
      name: `node-${port}`,
      labels: { zone: `zone-${port}` },
    }),
  )
  const { log, lines } = recordedLog()
  const { sources, topologies } = followTopologies({
    sources: [changingSource(...seeds)],
    namespace: 'redis',
    discoverMaxAge: 300_000,
    pollNow: () => undefined,
    lookUp: createNameLookups().configured,
    counts: { renewalFailed: () => undefined },
    clock: systemClock,
    log,
  })
  using fleet = testFleet(sources)

  await eventually(
    async () => {
      const text = await fleet.text()
      for (const port of ports)
        expect(text).toContain(`redis_up{target="node-${port}",zone="zone-${port}"} 1\n`)
      expect(topologies.states().map(({ failure }) => failure)).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    },
    { within: 30_000 },
  )
  expect((await fleet.text()).match(/^redis_up\{/gm)).toHaveLength(3)
  expect(topologies.clusters()).toHaveLength(1)
  const warned = [...lines, ...fleet.lines].filter(({ level }) => level === 'warn')
  expect(warned).toEqual([])
  for (const [port, refused] of refusals) expect([port, await refused()]).toEqual([port, []])
}, 60_000)
