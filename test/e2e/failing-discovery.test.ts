import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { checkExposition } from '../support/exposition.ts'
import { startOneAddressCluster } from '../support/one-address-cluster.ts'
import { startCluster } from '../support/redis-cluster.ts'

const failingOnPage = /<h2>Discovery<.*\n.*\n.*no node tells of its cluster/
const within = { within: 60_000 }

it('a cluster of which no node answers is told on every way, and so is its return', async () => {
  await using cluster = await startCluster()
  const [seed] = cluster.nodes
  await using exporter = await startExporter({
    args: [`--redis.addr=${seed?.url}`, '--discover=cluster', '--poll.interval=1s'],
  })
  const name = `cluster redis://127.0.0.1:${seed?.port}`
  const told = (value: number) =>
    `redis_exporter_discovery_last_successful{source="${name}"} ${value}\n`
  const textOf = async (path: string) => (await fetch(exporter.url + path)).text()
  await eventually(async () => expect(await textOf('/metrics')).toContain(told(1)), within)
  expect(await textOf('/metrics')).toMatch(
    /redis_exporter_discovery_last_success_timestamp_seconds\{source="cluster .*"\} \d{10}/,
  )
  expect(await textOf('/')).not.toContain('Discovery')

  await Promise.all(cluster.nodes.map((node) => node.kill()))

  await eventually(async () => expect(await textOf('/metrics')).toContain(told(0)), within)
  // The page is put together anew once a second at most.
  await eventually(async () => expect(await textOf('/')).toMatch(failingOnPage), within)
  expect(await textOf('/ready')).toContain(`${name}: no node tells of its cluster`)
  expect(exporter.logs().match(/discovery failed: no node tells/g)).toHaveLength(1)

  await Promise.all(cluster.nodes.map((node) => node.restart()))

  await eventually(async () => expect(await textOf('/metrics')).toContain(told(1)), within)
  await eventually(async () => expect(await textOf('/')).not.toContain('Discovery'), within)
}, 180_000)

it('a cluster whose nodes announce one address is told on every way, and no series of it twice', async () => {
  await using cluster = await startOneAddressCluster()
  const address = `redis://127.0.0.1:${cluster.seed.port}`
  await using exporter = await startExporter({
    args: [`--redis.addr=${address}`, '--discover=cluster', '--poll.interval=1s'],
  })
  const textOf = async (path: string) => (await fetch(exporter.url + path)).text()
  const failure = `cluster ${address}: 3 nodes announce one address, ${address}: one of them at most is watched`
  await eventually(async () => {
    const text = await textOf('/metrics')
    expect(text).toContain(`redis_up{target="${address}"} 1\n`)
    expect(text).toContain(
      `redis_exporter_discovery_last_successful{source="cluster ${address}"} 0\n`,
    )
    expect(text).toContain(`redis_topology_nodes{topology="${address}"} 3\n`)
    expect(text).not.toContain('redis_topology_shard_')
    expect(checkExposition(text)).toEqual([])
  }, within)

  const ready = await fetch(`${exporter.url}/ready`)
  expect(ready.status).toBe(200)
  expect(await ready.text()).toContain(failure)
  await eventually(async () => expect(await textOf('/')).toContain('3 nodes announce one'), within)
  expect(exporter.logs().match(/discovery failed: 3 nodes announce one/g)).toHaveLength(1)
}, 120_000)
