import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../../src/config/read-config.ts'
import { wantedCollectors } from '../../src/options/switches.ts'
import { everythingFlags } from '../support/everything-wanted.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-process.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'
import { allCollectors, keyCollectors, collectors as ofPolls } from '../support/registry.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { walkedTarget } from '../support/walked-target.ts'

const password = 'tr0ub4dor'

/** Everything that polls and walks can do, switched on. */
const everything = [
  ...everythingFlags,
  '--ping-on-connect',
  ...ofPolls.filter(({ optIn }) => optIn).map(({ name }) => `--collect.${name}`),
]

// It takes seconds where a node has all slots.
const everythingButSlots = [...everything, '--collect.cluster-slot-stats=false']

// What is on alone must not live on what others are granted.
const withoutPolls = ofPolls
  .filter(({ name }) => !/^check-single/.test(name))
  .map(({ name }) => `--collect.${name}=false`)

/** Keys of every kind that the server has. */
async function fill(server: RedisServer): Promise<void> {
  const client = server.client()
  await client.set('string', '7')
  await client.set('long-string', 'x'.repeat(1_000))
  await client.pfadd('hyperloglog', 'a', 'b')
  await client.rpush('list', 1)
  await client.sadd('set', 1)
  await client.zadd('zset', 1, 'a')
  await client.hset('hash', 'a', 1)
  await client.xadd('stream', '*', 'a', 1)
  await client.xadd('orders', '*', 'a', 1)
  await client.xgroup('CREATE', 'orders', 'group', '0')
  await client.xreadgroup('GROUP', 'group', 'consumer', 'STREAMS', 'orders', '>')
  const [vectors] = (await client.call('COMMAND', 'INFO', 'VADD')) as readonly unknown[]
  if (vectors) await client.call('VADD', 'vectorset', 'VALUES', '2', '1', '2', 'a')
}

describe('the user of --acl may do all that is done', () => {
  it.each([
    ['by default', []],
    ['with everything on', everything],
    ['with everything on but values', [...everything, '--disable-exporting-key-values']],
    ['with everything on and read-only scripts', [...everything, '--lua-script-read-only']],
    ['without a name for the connection', ['--set-client-name=false']],
    ['for a walk alone', ['--check-keys=*', ...withoutPolls]],
    ['for named keys alone', ['--check-keys=list,db3=list', ...withoutPolls]],
    ['for single keys alone', ['--check-single-keys=list,db3=list', ...withoutPolls]],
  ])('on a Redis %s', async (_case, args) => {
    await using redis = await startRedis()
    await fill(redis)

    await expectEnough(redis, args)
  })

  it('on the nodes of a cluster, of which one is a replica', async () => {
    await using cluster = await startCluster({ masters: 1, replica: true })
    await fill(nodeOf(cluster))

    for (const node of cluster.nodes) await expectEnough(node, everything)
  })

  it('on a Sentinel, by the line for that', async () => {
    await using master = await startRedis()
    await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })

    await makeUser(sentinel, lineOf(everything, '# A Sentinel: instead'))
    await expectNothingRefused(sentinel, everything)
  })
})

it('no command of its line can be left out', async () => {
  await using cluster = await startCluster({ masters: 1, replica: true })
  await using redis = await startRedis()
  // Some are needed by a node alone, some by a replica, and some by what is none of both.
  const servers = [...cluster.nodes, redis]
  for (const server of [nodeOf(cluster), redis]) await fill(server)
  const config = configOf(everythingButSlots)
  const words = lineOf(everythingButSlots).split(' ')
  words.push(...(await extrasFor(redis, everythingButSlots)))
  const commands = words.filter((word) => word.startsWith('+'))
  expect(commands.length).toBeGreaterThan(4)

  for (const command of commands) {
    const line = words.filter((word) => word !== command).join(' ')
    const refused = await Promise.all(
      servers.map(async (server) => {
        await makeUser(server, line)
        return await refusedTo(server, config, 1)
      }),
    )
    expect([command, ...new Set(refused.flat())]).toEqual([command, command.slice(1)])
  }
}, 600_000)

it('its line means the same when there is such a user already', async () => {
  await using redis = await startRedis()
  await redis.client().acl('SETUSER', 'exporter', 'on', 'nopass', '+@all', '~*')
  const before = await rightsAfter(redis, lineOf([]))
  await redis.client().acl('DELUSER', 'exporter')

  expect(before).toEqual(await rightsAfter(redis, lineOf([])))
})

it.each([
  ['may write, once it is granted what they call', 'false', '1'],
  ['may not write where scripts may not', 'true', null],
])('its user %s', async (_case, readOnly, written) => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'write.lua')
  await writeFile(path, "redis.call('SET', 'written', 1) return {'done', 1}")
  const args = [`--script=${path}`, `--lua-script-read-only=${readOnly}`]
  await using redis = await startRedis()
  await makeUser(redis, `${lineOf(args)} +set`)
  using target = polledTarget(`redis://exporter:${password}@127.0.0.1:${redis.port}`, {
    collectors: ofPolls.filter(({ name }) => name === 'scripts'),
    settings: configOf(args).settings,
  })
  await target.poll()

  expect(await redis.client().get('written')).toBe(written)
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

/** The user gets the first line, and those of the others that are for the server. */
async function expectEnough(server: RedisServer, args: readonly string[]) {
  await makeUser(server, [lineOf(args), ...(await extrasFor(server, args))].join(' '))
  await expectNothingRefused(server, args)
}

/** What the lines for newer servers grant besides, where the server is such. */
async function extrasFor(server: RedisServer, args: readonly string[]): Promise<readonly string[]> {
  const granted: string[] = []
  for (const [, words = ''] of textOf(args).matchAll(/^# .*: also\nACL SETUSER exporter (.+)$/gm)) {
    const reply = await server
      .client()
      .call('ACL', 'SETUSER', 'tried', ...words.split(' '))
      .catch(String)
    if (reply === 'OK') granted.push(...words.split(' '))
    else expect(reply).toMatch(/Unknown command/)
  }
  return granted
}

async function expectNothingRefused(server: RedisServer, args: readonly string[]) {
  expect(await refusedTo(server, configOf(args))).toEqual([])
  expect(await server.info('errorstats')).not.toHaveProperty('errorstat_NOPERM')
}

/** The commands that the user may not run, in some polls and as many walks. */
async function refusedTo(
  server: RedisServer,
  { settings }: Config,
  times = 2,
): Promise<readonly string[]> {
  const { setClientName, pingOnConnect } = settings
  await server.client().acl('LOG', 'RESET')
  // So that scripts must be loaded anew; a Sentinel has none.
  await server
    .client()
    .script('FLUSH')
    .catch(() => undefined)
  const url = `redis://exporter:${password}@127.0.0.1:${server.port}`
  using polled = polledTarget(url, {
    collectors: wantedCollectors(ofPolls, settings),
    settings,
    setClientName,
    pingOnConnect,
  })
  const walking = wantedCollectors(keyCollectors, settings)
  // The load is limited, so that a walk asks the server what it spent.
  using walked = walkedTarget(url, walking, {
    settings: { ...settings, scanMaxLoad: 0.5 },
    setClientName,
  })
  for (let count = 0; count < times; count++) {
    await polled.poll()
    if (walking.length > 0) await walked.walk()
  }
  const log = (await server.client().acl('LOG')) as readonly string[][]
  // Commands of modules are logged in capitals.
  return log.map((entry) => (entry[entry.indexOf('object') + 1] ?? '').toLowerCase())
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

function textOf(args: readonly string[]): string {
  const request = readConfig({ args: [...args, '--acl'], env: {}, collectors: allCollectors })
  if (request.kind !== 'acl') throw new Error(`not --acl: ${JSON.stringify(request)}`)
  return request.text
}

/** The first line of --acl, or the one below a remark. */
function lineOf(args: readonly string[], remark?: string): string {
  const text = textOf(args)
  const lines = text.split('\n')
  const start = remark === undefined ? 0 : lines.indexOf(remark) + 1
  if (remark !== undefined && start === 0) throw new Error(`no ${remark} in ${text}`)
  return lines[start] ?? ''
}

function configOf(args: readonly string[]): Config {
  const request = readConfig({ args, env: {}, collectors: allCollectors })
  if (request.kind !== 'run') throw new Error(`not a configuration: ${JSON.stringify(request)}`)
  return request.config
}
