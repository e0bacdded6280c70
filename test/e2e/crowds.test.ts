import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Crowd, type CrowdOptions, startCrowd } from '../support/crowd.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const question = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`

const silent = { clients: 2_000 }
const kept = { clients: 520, text: question('/healthz') }
const notReading = { clients: 200, text: question('/metrics').repeat(5), reads: false }
const slow = { clients: 520, text: question('/metrics'), millisecondsPerByte: 200 }

let redis: RedisServer
let present: Crowd[]

beforeEach(async () => {
  present = []
  redis = await startRedis()
})
afterEach(async () => {
  for (const crowd of present) crowd[Symbol.dispose]()
  await redis.stop()
})

/** Each probe is a connection of its own, and each is answered at its first attempt. */
async function answersProbes(exporter: Exporter): Promise<void> {
  for (let time = 0; time < 10; time += 1)
    for (const path of ['/healthz', '/ready', '/metrics'])
      expect((await exporter.get(path)).status, path).toBe(200)
}

async function polls(exporter: Exporter): Promise<number> {
  const families = await exporter.metrics()
  return sampleValue(families, 'redis_exporter_polls_total', { result: 'up' }) ?? 0
}

describe('probes and scrapes are answered', () => {
  it.each<[string, readonly Omit<CrowdOptions, 'port'>[]]>([
    ['2,000 clients that say nothing', [silent]],
    ['520 that asked once and stay', [kept]],
    ['200 that do not read', [notReading]],
    ['520 that write a byte now and then', [slow]],
    ['all of them together', [silent, kept, notReading, slow]],
    ['600 who come back when they were sent away', [{ clients: 600, comesBack: true }]],
  ])(
    'beside %s',
    async (_name, crowds) => {
      // Names so long that the answer does not fit into what the system holds for a client.
      const env = { REDIS_URL: redis.url, POLL_INTERVAL: '1', NAMESPACE: 'x'.repeat(2_000) }
      await using exporter = await startExporter({ env })
      await exporter.waitForLog('up')
      for (const crowd of crowds) present.push(await startCrowd({ port: exporter.port, ...crowd }))

      await answersProbes(exporter)
    },
    60_000,
  )
})

it('five thousand scrapes that are broken off leave nothing behind', async () => {
  await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
  await exporter.waitForLog('up')
  const descriptors = async () => sampleValue(await exporter.metrics(), 'process_open_fds') ?? 0
  const before = await descriptors()
  for (let round = 0; round < 50; round += 1) {
    const text = question('/metrics').slice(0, round % 2 === 0 ? undefined : -round)
    ;(await startCrowd({ port: exporter.port, clients: 100, text }))[Symbol.dispose]()
  }

  await eventually(async () => expect(await descriptors()).toBeLessThanOrEqual(before), {
    within: 20_000,
    every: 500,
  })
  await answersProbes(exporter)
}, 120_000)

describe.each([30, 40, 64])('with %d file descriptors', (descriptors) => {
  async function startConfined(): Promise<Exporter> {
    const env = { REDIS_URL: redis.url, POLL_INTERVAL: '1' }
    const exporter = await startExporter({ env, descriptors })
    await exporter.waitForLog('up')
    return exporter
  }

  it('a crowd that holds on takes none from probes and polls', async () => {
    await using exporter = await startConfined()
    present.push(await startCrowd({ port: exporter.port, clients: 300 }))
    present.push(await startCrowd({ port: exporter.port, ...kept, clients: 100 }))

    await answersProbes(exporter)
    const before = await polls(exporter)
    // Its connection lost, the exporter needs a descriptor for another.
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')

    await eventually(async () => expect(await polls(exporter)).toBeGreaterThan(before + 2), {
      within: 20_000,
    })
  }, 60_000)

  it('a crowd that comes back at once does not keep it from polling', async () => {
    await using exporter = await startConfined()
    const before = Number((await redis.info('stats')).total_commands_processed)
    present.push(await startCrowd({ port: exporter.port, clients: 100, comesBack: true }))

    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await eventually(
      async () => {
        const now = Number((await redis.info('stats')).total_commands_processed)
        expect(now).toBeGreaterThan(before + 100)
      },
      { within: 30_000 },
    )

    await eventually(async () => expect((await exporter.get('/healthz')).status).toBe(200))
  }, 60_000)
})
