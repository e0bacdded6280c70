import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { collectors } from '../support/registry.ts'
import { isValkey } from '../support/server-under-test.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

/** The numbers that no collector reads, and why. A server's new fields belong here or in a table. */
const leftOut: Readonly<Record<string, string>> = {
  'server arch_bits': 'what the program was built for; it never changes',
  'server lru_clock': 'a clock of the server itself, of which nothing follows',
  'server redis_git_dirty': 'how the program was built; it never changes',
  'server uptime_in_days': 'uptime_in_seconds says it better',
}

it('every number that a server tells in INFO is read, or left out for a reason', async () => {
  await using certificates = await tlsCertificates()
  const { server, ca } = certificates
  // No other has a section for it, and not every one can speak TLS.
  await using secured = isValkey ? await startRedis({ tls: { ...server, ca } }) : undefined
  await using master = await startRedis({ args: ['--io-threads', '2', '--appendonly', 'yes'] })
  await using orphan = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${orphan.port}`] })
  await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
  await using cluster = await startCluster({ masters: 1, replica: true })
  const client = master.client()
  await runFixtureWorkload(master)
  await client.call('HOTKEYS', 'START', 'METRICS', '1', 'CPU').catch(() => {})
  await client.call('CLIENT', 'PAUSE', '1000000', 'WRITE')
  for (const one of [orphan, replica]) await expectLink(one, 'up')

  const servers = { master, orphan, replica, sentinel, ...(secured && { secured }) }
  const found = new Map<string, string>()
  const collect = async (name: string, one: RedisServer) => {
    for (const field of await unreadFields(one)) found.set(field, found.get(field) ?? name)
  }
  for (const [name, one] of Object.entries(servers)) await collect(name, one)
  for (const one of cluster.nodes) await collect('node of a cluster', one)
  await master.kill()
  await expectLink(orphan, 'down')
  await collect('replica without its master', orphan)

  const { redis_version, valkey_version } = await replica.info('server')
  console.log(
    `Nobody reads of ${isValkey ? `Valkey ${valkey_version}` : `Redis ${redis_version}`}: ${[...found].map(([field, of]) => `${field} (${of})`).join(', ')}`,
  )
  expect([...found.keys()].sort()).toEqual(Object.keys(leftOut).sort())
})

/** The numbers of a server's INFO that no collector reads, as `section field`. */
async function unreadFields(server: RedisServer): Promise<readonly string[]> {
  const info = String(await server.client().call('INFO', 'everything'))
  const unknown = collectors.find(({ name }) => name === 'unknown-info-fields')
  const samples = (await unknown?.collect(fakePoll({ info }))) ?? []
  return samples.map(({ labels }) => `${labels.section} ${labels.field}`)
}

async function expectLink(replica: RedisServer, state: string): Promise<void> {
  await eventually(
    async () => expect((await replica.info('replication')).master_link_status).toBe(state),
    { within: 20_000 },
  )
}
