import { expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { testFleet } from '../support/test-fleet.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const within = { within: 60_000 }

const byName = ({ port }: RedisServer) => `redis://localhost:${port}`

// Nobody shall hang up because the machine is busy.
const startMaster = () =>
  startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-timeout', '3600'] })

async function startReplica(master: RedisServer, ...args: readonly string[]): Promise<RedisServer> {
  const of = ['--replicaof', 'localhost', `${master.port}`, '--repl-timeout', '3600']
  return await startRedis({ args: [...of, ...args] })
}

function watch(urls: readonly string[], ...args: readonly string[]) {
  const { settings } = configured(['--poll.interval=1s', '--poll.timeout=30s', ...args])
  return testFleet([changingSource(...urls.map((url) => wantedTarget(url, settings)))])
}

/** The replicas that are told of from a side. */
function replicasIn(text: string, side: 'master' | 'replica'): readonly string[] {
  const lines = text.matchAll(/_lag_bytes\{master="[^"]*",replica="([^"]*)",side="(\w+)"\}/g)
  return [...lines].flatMap(([, name = '', from]) => (from === side ? name : [])).sort()
}

it('a replica is told of from both sides where both are watched by names', async () => {
  await using master = await startMaster()
  await using first = await startReplica(master)
  await using second = await startReplica(master)
  const replicas = [first, second].map(byName).sort()
  using fleet = watch([byName(master), ...replicas])

  await eventually(async () => {
    const text = await fleet.text()
    expect(replicasIn(text, 'replica')).toEqual(replicas)
    expect(replicasIn(text, 'master')).toEqual(replicas)
  }, within)
})

it('a replica that announces another address is told of where it is the only one', async () => {
  await using master = await startMaster()
  await using replica = await startReplica(master, '--replica-announce-port', '7777')
  using fleet = watch([byName(master), byName(replica)])

  await eventually(
    async () => expect(replicasIn(await fleet.text(), 'master')).toEqual([byName(replica)]),
    within,
  )
})

it('replicas that announce other addresses are told of where discover.map knows them', async () => {
  await using master = await startMaster()
  const announcing = (port: string) =>
    startReplica(master, '--replica-announce-ip', '10.1.2.3', '--replica-announce-port', port)
  await using first = await announcing('7001')
  await using second = await announcing('7002')
  await using unknown = await announcing('7003')
  const pairs = [`10.1.2.3:7001=127.0.0.1:${first.port}`, `10.1.2.3:7002=localhost:${second.port}`]
  using fleet = watch(
    [master.url, ...[first, second, unknown].map(byName)],
    `--discover.map=${pairs.join(',')}`,
  )

  await eventually(async () => {
    const text = await fleet.text()
    expect(replicasIn(text, 'replica')).toHaveLength(3)
    // The third one names its master by a loopback address, and is not seen at one.
    expect(replicasIn(text, 'master')).toEqual([first, second].map(byName).sort())
  }, within)
})

it('replicas that announce what nobody knows are not taken for each other', async () => {
  await using master = await startMaster()
  await using first = await startReplica(master, '--replica-announce-port', '7001')
  await using second = await startReplica(master, '--replica-announce-port', '7002')
  const replicas = [first, second].map(byName).sort()
  using fleet = watch([byName(master), ...replicas])

  await eventually(async () => {
    const text = await fleet.text()
    expect(text).toContain(`redis_connected_slaves{target="${byName(master)}"} 2\n`)
    expect(replicasIn(text, 'replica')).toEqual(replicas)
  }, within)
  expect(replicasIn(await fleet.text(), 'master')).toEqual([])
})

it('a replica of a replica is not taken for the one that its master sees', async () => {
  await using master = await startMaster()
  await using between = await startReplica(master)
  await using chained = await startReplica(between)
  using fleet = watch([byName(master), byName(chained)])

  await eventually(async () => {
    const text = await fleet.text()
    expect(text).toContain(`redis_connected_slaves{target="${byName(master)}"} 1\n`)
    expect(replicasIn(text, 'replica')).toEqual([byName(chained)])
  }, within)
  expect(replicasIn(await fleet.text(), 'master')).toEqual([])
})
