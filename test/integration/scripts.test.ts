import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Collector, CollectorSettings } from '../../src/collectors/collector.ts'
import { scriptFiles } from '../../src/collectors/modules/script-files.ts'
import { createScripts } from '../../src/collectors/modules/scripts.ts'
import { createPollTarget, type PollResult } from '../../src/poller/poll-target.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { settingsWith } from '../support/default-settings.ts'
import { eventually } from '../support/eventually.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { familiesOf } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { compare } from '../support/side-by-side.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let server: RedisServer
let directory: TemporaryDirectory
let collector: Collector

beforeAll(async () => {
  server = await startRedis({ args: ['--lua-time-limit', '100'] })
  directory = await temporaryDirectory()
})
afterAll(async () => {
  await directory?.[Symbol.asyncDispose]()
  await server?.stop()
})
beforeEach(async () => {
  collector = createScripts(scriptFiles)
  await server.client().flushall()
  await server.client().call('CONFIG', 'RESETSTAT')
})
const connections: { drop(cause: ReturnType<typeof redisError>): void }[] = []
afterEach(() => {
  for (const one of connections.splice(0)) one.drop(redisError('connection', 'the test is over'))
})

/** Writes scripts and returns their paths. */
async function write(sources: Readonly<Record<string, string>>): Promise<string[]> {
  const paths = Object.keys(sources).map((name) => join(directory.path, name))
  await Promise.all(
    Object.values(sources).map((text, index) => writeFile(paths[index] ?? '', text)),
  )
  return paths
}

/** Polls a server by the collector of scripts alone. */
function poller(
  script: readonly string[],
  settings: Partial<CollectorSettings> = {},
  timeoutMilliseconds = 10_000,
  database = 0,
): () => Promise<PollResult> {
  const address = parseAddress(server.url)
  if (address === undefined) throw new Error('the server has no address')
  const connection = createConnect(address.endpoint, fixedLogin({}))()
  connections.push(connection)
  return createPollTarget({
    connection,
    collectors: [collector],
    settings: settingsWith({ script, ...settings }),
    database,
    timeoutMilliseconds,
    clock: systemClock,
  })
}

/** The samples of a poll as `file key value`; a result has no key. */
function lines({ collectors: [result] }: PollResult): readonly string[] {
  return (result?.samples ?? []).map(({ labels: { key, filename = '' }, value }) =>
    [filename.replace(/^.*\//, ''), ...(key === undefined ? [] : [key]), value].join(' '),
  )
}

/** What is told of scripts that failed, without their folder. */
function failures({ collectors: [result] }: PollResult): readonly string[] {
  return [...(result?.failedParts ?? [])]
    .map(([part, { message }]) => `${part.replace(/^.*\//, '')}: ${message}`)
    .sort()
}

const mayWrite = { scriptReadOnly: false }

it('every form of reply', async () => {
  const paths = await write({
    'values.lua': "return {'a', '1.5', 'b', tostring(1/0), 'c', 7}",
    'empty.lua': 'return {}',
    'nothing.lua': 'local a = 1',
    'text.lua': "return 'a'",
    'odd.lua': "return {'a', '1', 'b'}",
    'word.lua': "return {'a', 'one'}",
    'syntax.lua': 'return {',
    'error.lua': "return redis.call('INCR')",
    'refused.lua': "return redis.error_reply('NOPERM swordfish')",
    'unknown.lua': "return redis.pcall('CONFIG', 'NONSENSE')",
    'arguments.lua': "return {'keys', #KEYS, 'arguments', #ARGV, 'first', ARGV[1]}",
  })
  const poll = poller(paths)

  for (const result of [await poll(), await poll()]) {
    expect(lines(result)).toEqual([
      ...['values.lua 1', 'empty.lua 2', 'nothing.lua 0', 'text.lua 0', 'odd.lua 0'],
      ...['word.lua 0', 'syntax.lua 0', 'error.lua 0', 'refused.lua 0', 'unknown.lua 0'],
      'arguments.lua 1',
      ...['values.lua a 1.5', 'values.lua b Infinity', 'values.lua c 7'],
      ...['arguments.lua keys 0', 'arguments.lua arguments 1', 'arguments.lua first 0'],
    ])
    expect(JSON.stringify([...(result.collectors[0]?.failedParts ?? [])])).not.toMatch(/swordfish/)
  }
})

it('a script is loaded once, and again after SCRIPT FLUSH', async () => {
  const poll = poller(await write({ 'a.lua': "return {'a', '1'}" }), mayWrite)
  const loads = async () => (await server.info('commandstats'))['cmdstat_script|load']
  await poll()
  await poll()
  expect(await loads()).toMatch(/^calls=1,/)

  await server.client().script('FLUSH')
  expect(lines(await poll())).toEqual(['a.lua 1', 'a.lua a 1'])
  expect(await loads()).toMatch(/^calls=2,/)
})

it('a script is loaded again when the server was restarted, without any error there', async () => {
  const poll = poller(await write({ 'a.lua': "return {'a', '1'}" }), mayWrite)
  await poll()
  await server.restart()
  await poll()

  expect(lines(await poll())).toEqual(['a.lua 1', 'a.lua a 1'])
  expect(await server.info('errorstats')).toEqual({})
})

it('a file that changes is run as it is now', async () => {
  const poll = poller(await write({ 'a.lua': "return {'a', '1'}" }))
  await poll()
  await write({ 'a.lua': "return {'a', '22'}" })

  expect(lines(await poll())).toEqual(['a.lua 1', 'a.lua a 22'])
})

describe('a script that writes', () => {
  const source = "redis.call('SET', 'written', '1') return {'a', '1'}"
  const written = async () => await server.client().exists('written')

  it('is refused, which costs no other, and says so', async () => {
    const paths = await write({ 'w.lua': source, 'r.lua': "return {'size', redis.call('DBSIZE')}" })
    const result = await poller(paths)()

    expect(lines(result)).toEqual(['w.lua 0', 'r.lua 1', 'r.lua size 0'])
    expect(await written()).toBe(0)
    expect(failures(result)).toEqual([
      'w.lua: line 1: Write commands are not allowed from read-only scripts. --lua-script-read-only=false runs scripts in a way in which they can write',
    ])
  })

  it('may do so where that was asked for', async () => {
    const paths = await write({ 'w.lua': source })

    expect(lines(await poller(paths, mayWrite)())).toEqual(['w.lua 1', 'w.lua a 1'])
    expect(await written()).toBe(1)
  })
})

it.each([{}, mayWrite])('scripts run in the database of the address: %j', async (settings) => {
  const client = server.client()
  await client.select(3)
  await client.set('only-here', 'x')
  await client.select(0)
  const paths = await write({
    'a.lua': "return {'keys', redis.call('DBSIZE')}",
    'b.lua': "return {'ä€', redis.call('EXISTS', 'only-here')}",
  })

  for (const database of [3, 0])
    expect(lines(await poller(paths, settings, 10_000, database)())).toEqual([
      ...['a.lua 1', 'b.lua 1'],
      `a.lua keys ${database === 3 ? 1 : 0}`,
      `b.lua ä€ ${database === 3 ? 1 : 0}`,
    ])
})

it('a database that is not there fails the scripts alone', async () => {
  const result = await poller(await write({ 'a.lua': 'return {}' }), {}, 10_000, 99)()

  expect(lines(result)).toEqual(['a.lua 0'])
  expect(failures(result)).toEqual(['a.lua: there is no such database'])
})

it.each([{}, mayWrite])('a mistake in a script is told with its line: %j', async (settings) => {
  const paths = await write({
    'global.lua': 'local a = 1\nb = 2\nreturn {}',
    'syntax.lua': "local a = 1\nreturn {'a',",
    'typing.lua': "return {'a',\nredsi.call('DBSIZE')}",
    'own.lua': "redis.call('SET' == '' or 'GET', 'k')\nerror(redis.call('GET', 'k'))",
  })
  await server.client().set('k', 'swordfish')
  const result = await poller(paths, settings)()

  expect(failures(result)).toEqual([
    'global.lua: line 2: Attempt to modify a readonly table',
    'own.lua: line 2: an error with words of the script, which may hold data and are not shown',
    "syntax.lua: line 2: Error compiling script (new function): unexpected symbol near '<eof>'",
    "typing.lua: line 2: Script attempted to access nonexistent global variable 'redsi'",
  ])
})

it('a script that never ends fails at the deadline', async () => {
  const poll = poller(await write({ 'loop.lua': 'while true do end' }), {}, 5_000)
  const { collectors, seconds } = await poll()
  const client = server.client()
  await client.script('KILL')
  await eventually(() => client.ping())

  expect(collectors[0]).toMatchObject({ samples: [], error: { reason: 'timeout' } })
  // The script itself has no end.
  expect(seconds).toBeLessThan(60)
})

describe('side by side with the Go exporter', () => {
  it.each([
    ['numbers in texts', "return {'a', '1', 'b', '2.5', 'c', '-1e3', 'd', tostring(1/0)}"],
    ['the keys of the server', "return {'keys', tostring(redis.call('DBSIZE'))}"],
    ['what the script is called with', "return {tostring(#KEYS), tostring(#ARGV), ARGV[1], '5'}"],
    ['names that need quoting', 'return {"a\\"b\\\\c\\nd", "1", "ä", "2"}'],
  ])('the values are the same: %s', async (_, source) => {
    const paths = await write({ 'same.lua': source })
    const all = await familiesOf(await poller(paths)())
    const own = all.filter(({ name }) => name.startsWith('redis_script_'))
    await using peer = await startPeerExporter({
      args: ['-redis.addr', server.url, '-script', paths[0] ?? ''],
    })
    const theirs = (await peer.metrics()).filter(({ name }) => name.startsWith('redis_script_'))

    const { differences, series } = compare({ before: own, theirs, after: own }, [])
    expect(differences).toEqual([])
    expect(series.size).toBeGreaterThan(0)
    const values = own.find(({ name }) => name === 'redis_script_values')?.samples
    expect(values?.length).toBe(
      theirs.find(({ name }) => name === 'redis_script_values')?.samples.length,
    )
  })
})
