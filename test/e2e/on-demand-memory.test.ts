import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { manifestMemory } from '../support/manifest-memory.ts'
import { type Answer, answers } from '../support/peer-behaviours.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts'

vi.setConfig({ testTimeout: 240_000 })

// Servers that anybody may ask for, with the memory and the heap that our manifest gives.
const { limit, nodeOptions } = manifestMemory

// Just under what is accepted of one.
const longest = 518_000
const head =
  '# Server\r\nredis_version:7.0.15\r\nrun_id:0123456789012345678901234567890123456789\r\n'

function lines(first: string, line: (index: number) => string): string {
  const all = [head, first]
  let room = longest - Buffer.byteLength(head + first)
  for (let index = 0; room > 0; index++) {
    const next = `${line(index)}\r\n`
    room -= Buffer.byteLength(next)
    if (room > 0) all.push(next)
  }
  return resp.bulk(all.join(''))
}

const fields = lines('', (index) => `f${index}:1`)
const errors = lines('# Errorstats\r\n', (index) => `errorstat_${index}:count=1`)
const commands = lines(
  '# Commandstats\r\n',
  (index) => `cmdstat_${index}:calls=21,usec=175,rejected_calls=0,failed_calls=0`,
)
// One character that is not of Latin-1 makes the whole text take twice its bytes.
const wide = lines('', (index) => `w${index}:\u{4e00}${'x'.repeat(10_000)}`)
const masters = lines(
  '# Sentinel\r\n',
  (index) => `master${index}:name=n${index},status=ok,address=1.2.3.4:1,slaves=0,sentinels=1`,
)
const refusal = `-ERRORTHATISLONG ${'x'.repeat(4_000)}\r\n`

const infoAlone =
  (info: string): Answer =>
  ([name]) =>
    name === 'INFO' ? info : resp.error('ERR unknown command')

const shapes: readonly Answer[] = [
  ...[fields, errors, commands, wide, masters].map(infoAlone),
  // What comes behind INFO is waited for in vain.
  ([name]) => (name === 'INFO' ? fields : undefined),
  ([name]) => (name === 'INFO' ? commands : refusal),
  // It never comes to its end.
  ([name]) => (name === 'INFO' ? fields.slice(0, -10) : undefined),
]

let own: RedisServer
let asked: RedisServer
let crowd: readonly ScriptedPeer[] = []

beforeAll(async () => {
  ;[own, asked] = await Promise.all([startRedis(), startRedis()])
  crowd = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      startPeer(answers(shapes[index % shapes.length] ?? (() => undefined))),
    ),
  )
})
afterAll(async () => {
  await Promise.all(crowd.map((peer) => peer[Symbol.asyncDispose]()))
  await Promise.all([own, asked].map((server) => server?.stop()))
})

const long = { within: 100_000, every: 500 }

function anonymousBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

it('a crowd of servers that tell as much as they may fits the memory of the manifest', async () => {
  await using exporter = await startExporter({
    env: { NODE_OPTIONS: nodeOptions, REDIS_ADDR: own.url },
    args: ['--scrape.allow=127.0.0.1', '--poll.interval=10s', '--poll.timeout=10s'],
  })
  const anonymous: number[] = []
  const looks = setInterval(() => anonymous.push(anonymousBytes(exporter.pid)), 50)
  const scrape = (port: number) => exporter.get(`/scrape?target=127.0.0.1:${port}`)
  /** How many of the crowd were read, or told that there is no room. */
  async function answered(): Promise<number> {
    const all = []
    for (const { port } of crowd) all.push(await scrape(port))
    return all.filter(({ status, body }) => status === 200 || body.startsWith('With this target'))
      .length
  }

  await eventually(async () => expect(await answered()).toBe(crowd.length), long).finally(() =>
    clearInterval(looks),
  )

  // What is of files, such as Node's own program, Linux takes back when it needs the memory.
  expect(Math.max(...anonymous)).toBeLessThan(limit)
  expect((await exporter.get('/metrics')).body).toContain('\nredis_up 1\n')
  await eventually(
    async () => expect((await scrape(asked.port)).body).toContain('\nredis_up 1\n'),
    long,
  )
  expect(exporter.logs()).toContain('"refusal":"full"')
})
