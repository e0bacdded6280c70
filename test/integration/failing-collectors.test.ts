import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectors, keyCollectors } from '../../src/collectors/index.ts'
import { readConfig } from '../../src/config/config.ts'
import { eventually } from '../support/eventually.ts'
import { polledTarget } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-process.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'

const password = 'tr0ub4dor'

// As the README of the Go exporter gives them, for a server and for a Sentinel.
const goExporter =
  '-@all +@connection +memory -readonly +strlen +config|get +xinfo +pfcount -quit +zcard +type +xlen -readwrite -command +client -wait +scard +llen +hlen +get +eval +slowlog +cluster|info +cluster|slots +cluster|nodes -hello -echo +info +latency +scan -reset -auth -asking ~*'
const goExporterOfSentinel =
  '-@all +@connection -command +client -hello +info -auth +sentinel|masters +sentinel|replicas +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum'

type Kind = 'standalone' | 'replica' | 'cluster node' | 'sentinel'

/** A user by the words of ACL SETUSER; the default one when there are none. */
const rights: Readonly<Record<string, (kind: Kind, isValkey: boolean) => string | undefined>> = {
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

const expected: Readonly<Record<string, (kind: Kind, isValkey: boolean) => Failing>> = {
  'the default user': () => [],
  // It was written before Valkey had that log.
  'the user of the Go exporter': (kind, isValkey) =>
    isValkey && kind !== 'sentinel' ? ['commandlog: COMMANDLOG LEN noperm'] : [],
  'the user of --acl': () => [],
  'a user with +info alone': (kind, isValkey) => {
    if (kind === 'sentinel') return ['sentinel-masters noperm']
    return [
      ...infoAlone,
      ...(kind === 'cluster node' ? ['cluster: CLUSTER INFO noperm'] : []),
      ...(isValkey ? ['commandlog noperm'] : []),
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

// Newer servers lie in a folder of their own, where they can be had.
const folder = process.env.NEWER_SERVERS
const programs = [
  { name: 'the machine', redis: process.env.REDIS_SERVER, sentinel: process.env.REDIS_SENTINEL },
  ...(folder === undefined ? [] : newerPrograms(folder)),
]

describe.each(programs)('of $name', ({ redis, sentinel }) => {
  describe.each(kinds)('on a healthy $kind', ({ kind, start }) => {
    it.each(Object.keys(rights))(
      'exactly those collectors fail that %s may not use',
      async (user) => {
        const { REDIS_SERVER, REDIS_SENTINEL } = process.env
        setPrograms(redis, sentinel)
        await using started = await start().finally(() => setPrograms(REDIS_SERVER, REDIS_SENTINEL))
        const { server } = started
        const isValkey = 'valkey_version' in (await server.info('server'))
        const words = rights[user]?.(kind, isValkey)
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
        expect(failing.toSorted()).toEqual(expected[user]?.(kind, isValkey).toSorted())
      },
    )
  })
})

function newerPrograms(directory: string) {
  return ['redis-8.6', 'redis-8.2.3', 'valkey-9.1'].map((name) => {
    const [product = '', version = ''] = name.split('-')
    // Of 8.2.3 there is no Sentinel: the server is one when it is told so.
    const sentinel = version === '8.2.3' ? 'redis-sentinel-8.6' : `${product}-sentinel-${version}`
    return {
      name,
      redis: join(directory, `${product}-server-${version}`),
      sentinel: join(directory, sentinel),
    }
  })
}

function setPrograms(redis: string | undefined, sentinel: string | undefined): void {
  for (const [variable, program] of [
    ['REDIS_SERVER', redis],
    ['REDIS_SENTINEL', sentinel],
  ] as const)
    if (program === undefined) delete process.env[variable]
    else process.env[variable] = program
}

async function makeUser(server: RedisServer, words: string): Promise<void> {
  const reply = await server
    .client()
    .call('ACL', 'SETUSER', 'watcher', 'on', `>${password}`, ...words.split(' '))
  expect(reply).toBe('OK')
}

/** What --acl grants, without the name and the password. */
function aclWords(kind: Kind, isValkey: boolean): string {
  const all = [...collectors, ...keyCollectors]
  const request = readConfig({ args: ['--acl'], env: {}, collectors: all })
  if (request.kind !== 'acl') throw new Error('--acl printed nothing')
  const lines = request.text.split('\n')
  const below = (remark: string) => lines[lines.indexOf(remark) + 1] ?? ''
  const ofServer = [lines[0] ?? '', ...(isValkey ? [below('# Valkey from 8.1 on: also')] : [])]
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
