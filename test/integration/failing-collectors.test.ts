import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { eventually } from '../support/eventually.ts'
import { polledTarget } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-process.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'
import { allCollectors } from '../support/registry.ts'
import { hasCommandlog } from '../support/server-under-test.ts'

const password = 'tr0ub4dor'

// As the README of the Go exporter gives them (August 2026), for a server and for a Sentinel.
const goExporter =
  '-@all +@connection +memory -readonly +strlen +config|get +xinfo +pfcount -quit +zcard +type +xlen -readwrite -command +client -wait +scard +llen +hlen +arcount +get +eval +slowlog +cluster|info +cluster|slots +cluster|nodes -hello -echo +info +latency +scan -reset -auth -asking'
const goExporterOfSentinel =
  '-@all +@connection -command +client -hello +info -auth +sentinel|masters +sentinel|replicas +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum'

type Kind = 'standalone' | 'replica' | 'cluster node' | 'sentinel'

/** A user by the words of ACL SETUSER; the default one when there are none. */
const rights: Readonly<Record<string, (kind: Kind) => string | undefined>> = {
  'the default user': () => undefined,
  'the user of the Go exporter': (kind) =>
    kind === 'sentinel' ? goExporterOfSentinel : goExporter,
  'the user of --acl': aclWords,
  'a user with +info alone': () => '+info',
}

/** The collectors that fail, with the reason and the part where it is one. */
type Failing = readonly string[]

const infoAlone: Failing = [
  'config noperm',
  'slowlog noperm',
  'latency noperm',
  'latency-histogram noperm',
]

const expected: Readonly<Record<string, (kind: Kind) => Failing>> = {
  'the default user': () => [],
  // It was written before Valkey had that log.
  'the user of the Go exporter': (kind) =>
    hasCommandlog && kind !== 'sentinel' ? ['commandlog: COMMANDLOG LEN noperm'] : [],
  'the user of --acl': () => [],
  'a user with +info alone': (kind) => {
    if (kind === 'sentinel') return ['sentinel-masters noperm']
    return [
      ...infoAlone,
      ...(kind === 'cluster node' ? ['cluster: CLUSTER INFO noperm'] : []),
      ...(hasCommandlog ? ['commandlog noperm'] : []),
    ]
  },
}

/** Servers of a kind, with what the user above cannot have there. */
const kinds: readonly { kind: Kind; start: () => Promise<Started> }[] = [
  { kind: 'standalone', start: startStandalone },
  { kind: 'replica', start: startReplica },
  { kind: 'cluster node', start: startNode },
  { kind: 'sentinel', start: startWatching },
]

interface Started extends AsyncDisposable {
  readonly server: RedisServer
}

describe.each(kinds)('on a healthy $kind', ({ kind, start }) => {
  let started: Started
  beforeAll(async () => {
    started = await start()
  })
  afterAll(async () => await started?.[Symbol.asyncDispose]())

  it.each(Object.keys(rights))(
    'exactly those collectors fail that %s may not use',
    async (user) => {
      const { server } = started
      const words = rights[user]?.(kind)
      const login = words === undefined ? '' : `watcher:${password}@`
      if (words !== undefined) await makeUser(server, words)
      using target = polledTarget(`redis://${login}127.0.0.1:${server.port}`)

      await target.poll()
      const { error, collectors } = await target.poll()

      expect(error).toBeUndefined()
      const failing = collectors.flatMap(({ name, error, failedParts = new Map() }) => [
        ...(error ? [`${name} ${error.reason}`] : []),
        ...[...failedParts].map(([part, { reason }]) => `${name}: ${part} ${reason}`),
      ])
      expect(failing.toSorted()).toEqual(expected[user]?.(kind).toSorted())
    },
  )
})

async function makeUser(server: RedisServer, words: string): Promise<void> {
  const client = server.client()
  // That of the test before had other rights.
  await client.call('ACL', 'DELUSER', 'watcher')
  // A server before Redis 8.8 has no arrays, and refuses the line unless this is left out.
  const [arcount] = (await client.call('COMMAND', 'INFO', 'ARCOUNT')) as readonly unknown[]
  const granted = words.split(' ').filter((word) => word !== '+arcount' || arcount)
  const reply = await client.call('ACL', 'SETUSER', 'watcher', 'on', `>${password}`, ...granted)
  expect(reply).toBe('OK')
}

/** What --acl grants, without the name and the password. */
function aclWords(kind: Kind): string {
  const request = readConfig({ args: ['--acl'], env: {}, collectors: allCollectors })
  if (request.kind !== 'acl') throw new Error('--acl printed nothing')
  const lines = request.text.split('\n')
  const below = (remark: string) => lines[lines.indexOf(remark) + 1] ?? ''
  const ofServer = [lines[0] ?? '', ...(hasCommandlog ? [below('# Valkey from 8.1 on: also')] : [])]
  return (kind === 'sentinel' ? [below('# A Sentinel: instead')] : ofServer)
    .flatMap((line) => line.split(' '))
    .filter((word) => /^[-+~%]|^(resetkeys|allkeys)$/.test(word))
    .join(' ')
}

async function startStandalone(): Promise<Started> {
  const server = await startRedis()
  return { server, [Symbol.asyncDispose]: server[Symbol.asyncDispose] }
}

async function startReplica(): Promise<Started> {
  const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  const server = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await eventually(async () => {
    expect((await server.info('replication')).master_link_status).toBe('up')
  })
  const stop = async () => void (await Promise.all([server.stop(), master.stop()]))
  return { server, [Symbol.asyncDispose]: stop }
}

async function startNode(): Promise<Started> {
  const cluster = await startCluster({ masters: 1 })
  const [server] = cluster.nodes
  if (server === undefined) throw new Error('the cluster has no node')
  return { server, [Symbol.asyncDispose]: cluster[Symbol.asyncDispose] }
}

async function startWatching(): Promise<Started> {
  const master = await startRedis()
  const server = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
  const stop = async () => void (await Promise.all([server.stop(), master.stop()]))
  return { server, [Symbol.asyncDispose]: stop }
}
