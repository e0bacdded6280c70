import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

// What is served of several targets to whoever asks for less than all, by the program as it is built.

let servers: readonly RedisServer[]
let directory: TemporaryDirectory
let exporter: Exporter
let nobody: number

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()])
  for (const server of servers) await server.client().set('here', 'value')
  const [one, two] = servers.map(({ port }) => port)
  nobody = await freePort()
  directory = await temporaryDirectory()
  const file = join(directory.path, 'targets.yaml')
  await writeFile(
    file,
    `defaults: {poll.interval: 1s, check-single-keys: "here,gone", check-keys: "named-and-gone"}
targets:
  - {address: "127.0.0.1:${one}", alias: zero}
  - {address: "127.0.0.1:${two}", alias: none, missing-keys: none}
  - {address: "127.0.0.1:${nobody}", alias: dead, labels: {env: test}}
`,
  )
  exporter = await startExporter({ args: [`--targets.file=${file}`] })
  await eventually(async () => {
    expect((await exporter.get('/ready')).status).toBe(200)
    // Each has ended its first walk.
    const { body } = await exporter.get('/metrics')
    expect(body.match(/scans_total\{target="(zero|none)",result="complete"\} [1-9]/g)).toHaveLength(
      2,
    )
  })
}, 120_000)
afterAll(async () => {
  await exporter[Symbol.asyncDispose]()
  await Promise.all(servers.map((server) => server.stop()))
  await directory[Symbol.asyncDispose]()
})

/** A body, which must be sound, and the targets that its series are of. */
async function narrowed(query: string) {
  const { status, body, bytes } = await exporter.get(`/metrics${query}`)
  expect(status).toBe(200)
  expect(checkExposition(bytes)).toEqual([])
  const targets = [...body.matchAll(/[{,]target="([^"]+)"/g)].map(([, target = '']) => target)
  return { body, targets: [...new Set(targets)].sort() }
}

describe('missing-keys', () => {
  it('leaves named keys out that are not there, or has them be of no size', async () => {
    const { body } = await narrowed('')
    const sizes = [...body.matchAll(/^redis_key_size\{target="(\w+)".*key="([^"]+)"\} (\d+)$/gm)]

    expect(sizes.map(([, ...words]) => words.join(' ')).sort()).toEqual([
      'none here 5',
      'zero gone 0',
      'zero here 5',
      'zero named-and-gone 0',
    ])
  })
})

describe('/metrics', () => {
  it('for some targets tells of these alone, each under any of its names', async () => {
    const [one] = servers

    expect((await narrowed('?target=none')).targets).toEqual(['none'])
    expect((await narrowed(`?target=redis://127.0.0.1:${one?.port}`)).targets).toEqual(['zero'])
    expect((await narrowed('?target=zero&target=dead')).targets).toEqual(['dead', 'zero'])
  })

  it('for some collectors tells what these read, and of each target whether it is up', async () => {
    const { body, targets } = await narrowed('?collect[]=memory&collect[]=clients')

    expect(targets).toEqual(['dead', 'none', 'zero'])
    expect(body).toMatch(/^redis_memory_used_bytes\{target="zero"\} [1-9]/m)
    expect(body).toMatch(/^redis_connected_clients\{target="none"\} [1-9]/m)
    expect(body).toContain('\nredis_up{target="dead",env="test"} 0\n')
    expect(body).not.toMatch(/^redis_(commands_total|key_size|db_keys)\{/m)
  })

  it('for a target and a collector tells what that collector read of it', async () => {
    const { body, targets } = await narrowed('?target=zero&collect[]=memory')

    expect(targets).toEqual(['zero'])
    expect(body).toContain('\nredis_memory_used_bytes{target="zero"} ')
    expect(body).not.toMatch(/^redis_connected_clients\{/m)
  })

  it('for what is not there says what is like it', async () => {
    const target = await exporter.get('/metrics?target=zeros')
    expect([target.status, target.body]).toEqual([404, expect.stringContaining('zero')])

    const collector = await exporter.get('/metrics?collect[]=memry')
    expect([collector.status, collector.body]).toEqual([400, expect.stringContaining('memory')])
  })
})

describe('/targets', () => {
  async function targets(query = ''): Promise<readonly Record<string, unknown>[]> {
    const { status, body } = await exporter.get(`/targets${query}`)
    expect(status).toBe(200)
    return JSON.parse(body)
  }

  it('tells of those in a state what they are, why, since when and when they are polled next', async () => {
    const before = Date.now()
    const [dead, ...more] = await targets('?state=down')

    expect(more).toEqual([])
    expect(dead).toEqual({
      name: 'dead',
      address: `redis://127.0.0.1:${nobody}`,
      labels: { env: 'test' },
      state: 'down',
      since: expect.any(String),
      ageSeconds: expect.any(Number),
      reason: 'connection: no connection (ECONNREFUSED)',
      source: expect.stringContaining('file'),
      nextPoll: expect.any(String),
    })
    expect(Date.parse(String(dead?.since))).toBeLessThanOrEqual(before)
    expect(Date.parse(String(dead?.nextPoll))).toBeGreaterThan(Date.parse(String(dead?.since)))
  })

  it('tells of those that are up what they are', async () => {
    const up = await targets('?state=up')

    expect(up.map(({ name }) => name).sort()).toEqual(['none', 'zero'])
    for (const one of up)
      expect(one).toMatchObject({ role: 'master', server: expect.stringMatching(/^\w+ \d/) })
  })

  it('knows no other states', async () => {
    const { status, body } = await exporter.get('/targets?state=gone')

    expect([status, body]).toEqual([400, expect.stringContaining('down')])
  })
})
