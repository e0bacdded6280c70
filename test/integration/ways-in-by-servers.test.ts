import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exporterAllowing } from '../support/guarded-servers.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts'
import { startTrap, type Trap } from '../support/trap.ts'

// A server that may be asked for tells of others, and would have us log in there.

let trap: Trap

beforeAll(async () => {
  trap = await startTrap()
})
afterAll(() => trap[Symbol.asyncDispose]())
afterEach(() => expect(trap.connections()).toBe(0))

/** A server that names the trap wherever a server may name another one. */
function liar(words: readonly string[]): string {
  const [name = '', what = ''] = words.map((word) => word.toUpperCase())
  const [host, port] = ['127.0.0.1', trap.port]
  const place = [resp.bulk(host), resp.integer(port), resp.bulk('n'.repeat(40))]
  const instance = ['name', 'mymaster', 'ip', host, 'port', `${port}`, 'flags', 'master']
  const all = resp.array([resp.array(instance.map(resp.bulk))])
  const line = `${'n'.repeat(40)} ${host}:${port}@${port} master - 0 0 1 connected 0-16383\n`
  switch (`${name} ${what}`.trim()) {
    case 'CLUSTER SLOTS':
      return resp.array([
        resp.array([resp.integer(0), resp.integer(16383), resp.array(place), resp.array(place)]),
      ])
    case 'CLUSTER NODES':
      return resp.bulk(line)
    case 'SENTINEL MASTERS':
    case 'SENTINEL SENTINELS':
    case 'SENTINEL REPLICAS':
    case 'SENTINEL SLAVES':
      return all
    case 'SENTINEL GET-MASTER-ADDR-BY-NAME':
      return resp.array([resp.bulk(host), resp.bulk(`${port}`)])
  }
  if (name !== 'INFO') return refusalOf(host, port)
  return resp.bulk(
    [
      ...['# Server', 'redis_version:7.2.0', 'run_id:of-the-liar', `redis_mode:${mode}`],
      ...['# Replication', 'role:slave', `master_host:${host}`, `master_port:${port}`],
      ...['master_link_status:up', 'connected_slaves:1'],
      ...[`slave0:ip=${host},port=${port},state=online,offset=1,lag=0`],
      ...['# Cluster', `cluster_enabled:${mode === 'cluster' ? 1 : 0}`],
      ...['# Sentinel', 'sentinel_masters:1'],
      `master0:name=mymaster,status=ok,address=${host}:${port},slaves=1,sentinels=2`,
      ...['# Keyspace', 'db0:keys=1,expires=0,avg_ttl=0', ''],
    ].join('\r\n'),
  )
}

let mode = ''
let refusalOf: (host: string, port: number) => string

const walks = ['--check-keys=*', '--check-single-keys=a', '--scan.interval=1s']

describe.each(['standalone', 'cluster', 'sentinel'])('a server (%s)', (redisMode) => {
  let peer: ScriptedPeer
  let commands: string[]

  beforeAll(async () => {
    peer = await startPeer(
      answers((words) => {
        commands.push(words.join(' '))
        return liar(words)
      }),
    )
  })
  afterAll(() => peer[Symbol.asyncDispose]())

  it.each(['MOVED', 'ASK'])(
    'that answers %s leads nowhere else, and sees no login',
    async (word) => {
      mode = redisMode
      commands = []
      refusalOf = (host, port) => resp.error(`${word} 1 ${host}:${port}`)
      await using exporter = await exporterAllowing(`127.0.0.1:${peer.port}`, ...walks)
      const target = `127.0.0.1:${peer.port}`
      for (let polls = 0; polls < 3; polls += 1) await exporter.polled(target)

      expect((await exporter.scrape(target)).body).toContain('\nredis_up 1\n')
      expect(exporter.states().map(({ address }) => address)).toEqual([`redis://${target}`])
      expect(commands.length).toBeGreaterThan(3)
      expect(commands.filter((command) => /^(AUTH|HELLO)\b|hunter2|boss/i.test(command))).toEqual(
        [],
      )
      expect(await exporter.request('/sd').then(({ body }) => body)).not.toContain(target)
    },
  )
})
