import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'
import { eventually } from './eventually.ts'
import { runKeyWorkload } from './key-workload.ts'
import { type RedisOptions, type RedisServer, startRedis } from './redis-server.ts'
import { tlsCertificates } from './tls-certificates.ts'

/** A server that both exporters look at, and the options by which they find it. */
export interface ComparedServer extends AsyncDisposable {
  readonly options: Readonly<Record<string, string>>
}

const telling = [
  ...['--latency-monitor-threshold', '20', '--slowlog-log-slower-than', '10000'],
  ...['--maxmemory', '512mb', '--repl-diskless-sync-delay', '0'],
]

/** Starts a server of its own with keys of every type, streams, errors, and clients. */
export async function filledServer(options: RedisOptions = {}): Promise<ComparedServer> {
  return found(await filled(options))
}

/** What goes on in it is the same as in its master. */
export async function filledReplica(): Promise<ComparedServer> {
  const master = await filled()
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  const stop = async () => {
    await replica.stop()
    await master.stop()
  }
  await eventually(
    async () => {
      expect((await master.info('replication')).slave0).toContain('state=online')
      expect((await replica.info('replication')).master_link_status).toBe('up')
    },
    { within: 30_000, every: 50 },
  )
  return { options: { 'redis.addr': replica.url }, [Symbol.asyncDispose]: stop }
}

/** A cluster of one node, which has all slots. */
export async function clusterOfOne(): Promise<ComparedServer> {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes'] })
  const client = server.client()
  await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await eventually(async () =>
    expect(await client.call('CLUSTER', 'INFO')).toContain('cluster_state:ok'),
  )
  for (let index = 0; index < 20; index++) await client.set(`key:${index}`, index)
  return found(server)
}

/** Its RDB file is there, and so is a user who may do all but has to say a password. */
export async function savedServer(): Promise<ComparedServer> {
  const server = await filled()
  await server.client().save()
  return found(server)
}

export async function serverWithUser(): Promise<ComparedServer> {
  const server = await filled({
    args: ['--user', 'watcher', 'on', '>tr0ub4dor', '~*', '&*', '+@all'],
  })
  return found(server)
}

/** Wants certificates of its clients unless told otherwise. */
export async function tlsServer(clients: 'yes' | 'no' = 'yes'): Promise<ComparedServer> {
  const certificates = await tlsCertificates()
  const server = await filled({
    tls: { ...certificates.server, ca: certificates.ca },
    args: ['--tls-auth-clients', clients],
  })
  return {
    options: {
      'redis.addr': server.url,
      'tls-ca-cert-file': certificates.ca,
      'tls-client-cert-file': certificates.client.cert,
      'tls-client-key-file': certificates.client.key,
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await certificates[Symbol.asyncDispose]()
    },
  }
}

/** A server beside which files of scripts lie. */
export async function serverWithScripts(
  scripts: Readonly<Record<string, string>>,
): Promise<ComparedServer> {
  const server = await filled()
  const paths = Object.keys(scripts).map((name) => join(server.directory, name))
  for (const [index, text] of Object.values(scripts).entries())
    await writeFile(paths[index] ?? '', text)
  return { ...found(server), options: { 'redis.addr': server.url, script: paths.join(',') } }
}

async function filled({ args = [], ...options }: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis({ ...options, args: [...telling, ...args] })
  await runFixtureWorkload(server)
  await runKeyWorkload(server)
  const client = server.client()
  await client.client('SETNAME', 'app')
  const listener = server.client()
  await listener.client('SETNAME', 'listener')
  await listener.subscribe('news', 'weather')
  await listener.psubscribe('orders:*')
  return server
}

function found(server: RedisServer): ComparedServer {
  return { options: { 'redis.addr': server.url }, [Symbol.asyncDispose]: () => server.stop() }
}
