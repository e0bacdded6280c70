import { describe, expect, it } from 'vitest'
import { collectors } from '../../src/collectors/index.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-process.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'

const password = 'tr0ub4dor'

/** Everything that a poll can do, switched on. */
const everything = [
  '--export-client-list',
  '--export-client-port',
  '--include-config-metrics',
  '--include-system-metrics',
  '--include-modules-metrics',
  '--include-rdb-file-size-metric',
  '--include-sentinel-peer-info',
  '--include-search-indexes-metrics',
  '--ping-on-connect',
  '--collect.slowlog-entries',
  '--collect.memory-stats',
  '--collect.function-stats',
]

describe('the user of --acl may do all that is done', () => {
  it.each([
    ['by default', []],
    ['with everything on', everything],
    ['without a name for the connection', ['--set-client-name=false']],
  ])('on a Redis %s', async (_case, args) => {
    await using redis = await startRedis()

    await expectEnough(redis, args, lineOf(args))
  })

  it('on a node of a cluster', async () => {
    await using cluster = await startCluster({ masters: 1 })

    await expectEnough(nodeOf(cluster), everything, lineOf(everything))
  })

  it('on a Sentinel, by the line for that', async () => {
    await using master = await startRedis()
    await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })

    await expectEnough(sentinel, everything, lineOf(everything, '# A Sentinel: instead'))
  })
})

it('no command of its line can be left out', async () => {
  await using cluster = await startCluster({ masters: 1 })
  const node = nodeOf(cluster)
  const words = lineOf(everything).split(' ')
  const commands = words.filter((word) => word.startsWith('+'))
  expect(commands.length).toBeGreaterThan(4)

  for (const command of commands) {
    await makeUser(node, words.filter((word) => word !== command).join(' '))
    expect([command, await refusedTo(node, everything)]).toEqual([command, [command.slice(1)]])
  }
})

it('its line means the same when there is such a user already', async () => {
  await using redis = await startRedis()
  await redis.client().acl('SETUSER', 'exporter', 'on', 'nopass', '+@all', '~*')
  const before = await rightsAfter(redis, lineOf([]))
  await redis.client().acl('DELUSER', 'exporter')

  expect(before).toEqual(await rightsAfter(redis, lineOf([])))
})

it('its line lets the user see the keys of the patterns, and no others', async () => {
  await using redis = await startRedis()
  const args = ['--check-keys=a b*', '--check-single-keys=c*d', '--count-keys="q""[x y]z"']
  await makeUser(redis, lineOf(args))
  const may = async (key: string) => {
    const reply = await redis.client().call('ACL', 'DRYRUN', 'exporter', 'TYPE', key)
    return reply === 'OK'
  }
  await redis.client().acl('SETUSER', 'exporter', '+type')

  const keys = ['a b', 'a bc', 'c*d', 'q"xz', 'q" z', 'ab', 'cd', 'c1d', 'q"']
  const seen: string[] = []
  for (const key of keys) if (await may(key)) seen.push(key)
  expect(seen).toEqual(['a b', 'a bc', 'c*d', 'q"xz', 'q" z'])
})

function nodeOf({ nodes: [node] }: RedisCluster): RedisServer {
  if (node === undefined) throw new Error('the cluster has no node')
  return node
}

async function expectEnough(server: RedisServer, args: readonly string[], line: string) {
  await makeUser(server, line)

  expect(await refusedTo(server, args)).toEqual([])
  expect(await server.info('errorstats')).not.toHaveProperty('errorstat_NOPERM')
}

/** The commands that the user may not run, in some polls. */
async function refusedTo(server: RedisServer, args: readonly string[]): Promise<readonly string[]> {
  const { setClientName, pingOnConnect, collectors: collect, ...settings } = configOf(args)
  await server.client().acl('LOG', 'RESET')
  using target = polledTarget(`redis://exporter:${password}@127.0.0.1:${server.port}`, {
    settings,
    collect: [...collect],
    setClientName,
    pingOnConnect,
  })
  for (let count = 0; count < 2; count++) await target.poll()
  const log = (await server.client().acl('LOG')) as readonly string[][]
  return log.map((entry) => entry[entry.indexOf('object') + 1] ?? '')
}

async function makeUser(server: RedisServer, line: string): Promise<void> {
  const words = wordsOf(line.replace('>PASSWORD', `>${password}`))
  expect(await server.client().call(...words)).toBe('OK')
}

async function rightsAfter(server: RedisServer, line: string): Promise<unknown> {
  await makeUser(server, line)
  const rights = (await server.client().acl('GETUSER', 'exporter')) as readonly unknown[]
  return [rights[rights.indexOf('commands') + 1], rights[rights.indexOf('keys') + 1]]
}

/** The words of a line as redis-cli reads them. */
function wordsOf(line: string): [string, ...string[]] {
  const [first = '', ...rest] = line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []
  return [first, ...rest.map((word) => (word.startsWith('"') ? JSON.parse(word) : word))]
}

/** The first line of --acl, or the one below a remark. */
function lineOf(args: readonly string[], remark?: string): string {
  const request = readConfig({ args: [...args, '--acl'], env: {}, collectors })
  if (request.kind !== 'acl') throw new Error(`not --acl: ${JSON.stringify(request)}`)
  const lines = request.text.split('\n')
  const start = remark === undefined ? 0 : lines.indexOf(remark) + 1
  if (remark !== undefined && start === 0) throw new Error(`no ${remark} in ${request.text}`)
  return lines[start] ?? ''
}

function configOf(args: readonly string[]): Config {
  const request = readConfig({ args, env: {}, collectors })
  if (request.kind !== 'run') throw new Error(`not a configuration: ${JSON.stringify(request)}`)
  return request.config
}
