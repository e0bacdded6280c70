import { isDeepStrictEqual } from 'node:util'
import type { Exporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startBareServer } from './bare-node.ts'
import { processorSeconds } from './process-figures.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { ratios, spread } from './statistics.ts'
import { formatNumber, formatSpread, type Report } from './table.ts'
import { loadDescription, requireWrk, runWrk } from './wrk.ts'

const rounds = 5
const seconds = 2
const warmUpSeconds = 1

type Headers = Readonly<Record<string, string>>

const encodings: Readonly<Record<string, Headers>> = {
  plain: {},
  gzip: { 'Accept-Encoding': 'gzip' },
}

interface Contender {
  readonly name: string
  readonly headers: Headers
  readonly server: Exporter
  /** The size of an answer as it travels. */
  readonly bytes: number
  readonly rounds: Round[]
}

interface Round {
  readonly scrapesPerSecond: number
  /** Processor time per scrape, of the server and of the Redis that it watches. */
  readonly serverMicroseconds: number
  readonly redisMicroseconds: number
}

/** How many scrapes a second each server answers, and what processor time one takes. */
export async function measureThroughput(redis: RedisServer): Promise<readonly Report[]> {
  requireWrk()
  const groups = new Map<string, readonly Contender[]>()
  for (const [encoding, headers] of Object.entries(encodings))
    groups.set(encoding, await startContenders(redis, headers))
  const contenders = [...groups.values()].flat()

  for (const contender of contenders) await runRound(contender, redis, warmUpSeconds)
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders)
      contender.rounds.push(await runRound(contender, redis, seconds))

  for (const { server } of contenders) await server.stop()
  return [reportFigures(groups), reportRatios(groups)]
}

/** Each encoding has processes of its own, so that none is warmed up by the other's scrapes. */
async function startContenders(
  redis: RedisServer,
  headers: Headers,
): Promise<readonly Contender[]> {
  const ours = await startReadyExporter({ REDIS_ADDR: redis.url })
  const bare = await startBareServer(`${ours.url}/metrics`, headers)
  await assertSameHeaders(ours, bare, headers)
  const peer = await startPeerExporter({ env: { REDIS_ADDR: redis.url } })
  const servers = { ours, 'bare node:http': bare, 'Go exporter': peer }
  return await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const { bytes } = await server.get('/metrics', headers)
      return { name, headers, server, bytes: bytes.length, rounds: [] }
    }),
  )
}

/** A comparison is worth nothing when one side sends less. */
async function assertSameHeaders(ours: Exporter, bare: Exporter, headers: Headers): Promise<void> {
  const names = await Promise.all(
    [ours, bare].map(async ({ get }) => Object.keys((await get('/metrics', headers)).headers)),
  )
  if (!isDeepStrictEqual(names[0]?.sort(), names[1]?.sort()))
    throw new Error(`the bare server sends other headers than ours: ${names.join(' / ')}`)
}

async function runRound(
  { server, headers }: Contender,
  redis: RedisServer,
  duration: number,
): Promise<Round> {
  const before = [processorSeconds(server.pid), processorSeconds(redis.pid)] as const
  const url = `${server.url}/metrics`
  const { requests, requestsPerSecond } = await runWrk({ url, headers, seconds: duration })
  const after = [processorSeconds(server.pid), processorSeconds(redis.pid)] as const
  return {
    scrapesPerSecond: requestsPerSecond,
    serverMicroseconds: ((after[0] - before[0]) / requests) * 1e6,
    redisMicroseconds: ((after[1] - before[1]) / requests) * 1e6,
  }
}

function reportFigures(groups: ReadonlyMap<string, readonly Contender[]>): Report {
  return {
    title: 'Scrapes of /metrics',
    notes: [
      `${loadDescription}; ${rounds} rounds of ${seconds} s each, one server after the other in`,
      'every round. Median (smallest-largest). The µs are processor time, user and system together.',
    ],
    head: ['', 'bytes', 'scrapes/s', 'µs per scrape', 'µs of Redis per scrape'],
    rows: [...groups].flatMap(([encoding, contenders]) =>
      contenders.map(({ name, bytes, rounds }) => [
        `${name}, ${encoding}`,
        formatNumber(bytes),
        formatSpread(spread(rounds.map(({ scrapesPerSecond }) => scrapesPerSecond))),
        formatSpread(spread(rounds.map(({ serverMicroseconds }) => serverMicroseconds)), 1),
        formatSpread(spread(rounds.map(({ redisMicroseconds }) => redisMicroseconds)), 1),
      ]),
    ),
  }
}

function reportRatios(groups: ReadonlyMap<string, readonly Contender[]>): Report {
  const rows = [...groups].flatMap(([encoding, [ours, ...others]]) =>
    others.map((other) => {
      const ratio = (read: (round: Round) => number) =>
        formatSpread(ratios((ours?.rounds ?? []).map(read), other.rounds.map(read)), 2)
      return [
        `${other.name}, ${encoding}`,
        ratio(({ scrapesPerSecond }) => scrapesPerSecond),
        ratio(({ serverMicroseconds }) => 1 / serverMicroseconds),
      ]
    }),
  )
  return {
    title: 'Ours, as a multiple of the others',
    notes: ['Round by round; median (smallest-largest). More is better for us.'],
    head: ['ours against', 'scrapes/s', 'scrapes per second of processor time'],
    rows,
  }
}
