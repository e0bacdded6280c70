import { describe, expect, it } from 'vitest'
import { type CrowdOptions, startCrowd } from '../support/crowd.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const question = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`

const silent = { clients: 2_000 }
const kept = { clients: 520, text: question('/healthz') }
const notReading = { clients: 200, text: question('/metrics').repeat(5), reads: false }
const slow = { clients: 520, text: question('/metrics'), millisecondsPerByte: 200 }

/** Crowds that are all there at one time. */
async function startCrowds(
  { port }: Exporter,
  ...crowds: readonly Omit<CrowdOptions, 'port'>[]
): Promise<Disposable> {
  const present: Disposable[] = []
  for (const crowd of crowds) present.push(await startCrowd({ port, ...crowd }))
  return {
    [Symbol.dispose]() {
      for (const crowd of present) crowd[Symbol.dispose]()
    },
  }
}

/** Each probe is a connection of its own, and each is answered at its first attempt. */
async function answersProbes(exporter: Exporter): Promise<void> {
  for (let time = 0; time < 5; time += 1)
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
  ])('beside %s', async (_name, crowds) => {
    await using redis = await startRedis()
    // Names so long that the answer does not fit into what the system holds for a client.
    const env = { REDIS_URL: redis.url, NAMESPACE: 'x'.repeat(2_000) }
    await using exporter = await startExporter({ env })
    await exporter.waitForLog('up')
    using _crowds = await startCrowds(exporter, ...crowds)

    await answersProbes(exporter)
  })
})

it('two thousand scrapes that are broken off leave nothing behind', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
  await exporter.waitForLog('up')
  const descriptors = async () => sampleValue(await exporter.metrics(), 'process_open_fds') ?? 0
  const before = await descriptors()
  for (let round = 0; round < 20; round += 1) {
    const text = question('/metrics').slice(0, round % 2 === 0 ? undefined : -round)
    ;(await startCrowds(exporter, { clients: 100, text }))[Symbol.dispose]()
  }

  await eventually(async () => expect(await descriptors()).toBeLessThanOrEqual(before), {
    within: 30_000,
    every: 200,
  })
  await answersProbes(exporter)
})

describe.concurrent.each([30, 40, 64])('with %d file descriptors', (descriptors) => {
  async function startConfined(redis: RedisServer): Promise<Exporter> {
    const env = { REDIS_URL: redis.url, POLL_INTERVAL: '1' }
    const exporter = await startExporter({ env, descriptors })
    await exporter.waitForLog('up')
    return exporter
  }

  /** Its connection lost, the exporter needs a descriptor for another. */
  async function takeItsConnection(redis: RedisServer): Promise<void> {
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  }

  it('a crowd that holds on takes none from probes and polls', async () => {
    await using redis = await startRedis()
    await using exporter = await startConfined(redis)
    using _crowds = await startCrowds(exporter, { clients: 300 }, { ...kept, clients: 100 })

    for (const path of ['/healthz', '/metrics'])
      expect((await exporter.get(path)).status, path).toBe(200)
    const before = await polls(exporter)
    await takeItsConnection(redis)

    await eventually(async () => expect(await polls(exporter)).toBeGreaterThan(before + 2), {
      within: 60_000,
    })
  })

  it('a crowd that comes back at once does not keep it from polling', async () => {
    await using redis = await startRedis()
    await using exporter = await startConfined(redis)
    const before = Number((await redis.info('stats')).total_commands_processed)
    using _crowds = await startCrowds(exporter, { clients: 100, comesBack: true })

    await takeItsConnection(redis)
    await eventually(
      async () => {
        const now = Number((await redis.info('stats')).total_commands_processed)
        expect(now).toBeGreaterThan(before + 100)
      },
      { within: 60_000 },
    )

    await eventually(async () => expect((await exporter.get('/healthz')).status).toBe(200))
  })
})
