import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
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
