import { systemClock } from '../../src/clock.ts'
import { wantedCollectors } from '../../src/options/switches.ts'
import { createPollTarget } from '../../src/poller/poll-target.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { type DelayingProxy, startDelayingProxy } from '../support/delaying-proxy.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { collectors } from '../support/registry.ts'
import { type CommandCosts, commandCosts } from './command-costs.ts'
import { ratios, spread } from './statistics.ts'
import { formatNumber, formatSpread, type Report } from './table.ts'

const blocks = 10
const pollsPerBlock = 10
const roundTripDelay = 10

interface Block extends CommandCosts {
  readonly roundTrips: number
  readonly connections: number
  readonly milliseconds: number
}

/** What one poll of ours asks of Redis in the steady state, and one scrape of the Go exporter. */
export async function measurePollCost(redis: RedisServer): Promise<Report> {
  await using ourWay = await startDelayingProxy({ port: redis.port, roundTripDelay })
  await using peerWay = await startDelayingProxy({ port: redis.port, roundTripDelay })
  await using peer = await startPeerExporter({
    env: { REDIS_ADDR: `redis://127.0.0.1:${peerWay.port}` },
  })
  const poll = createPolls(ourWay.port)
  const scrape = async () => void (await peer.get('/metrics'))
  const client = redis.client()
  const [ours, theirs]: [Block[], Block[]] = [[], []]
  // The first poll learns what the server can do; the steady state begins after it.
  await poll()
  await scrape()
  for (let block = 0; block < blocks; block++) {
    ours.push(await runBlock(client, ourWay, poll))
    theirs.push(await runBlock(client, peerWay, scrape))
  }
  return report(ours, theirs)
}

/** The poller as the exporter uses it, but called by us: its schedule asks once a second at most. */
function createPolls(port: number): () => Promise<void> {
  const connect = createConnect(
    { kind: 'tcp', host: '127.0.0.1', port, tls: false },
    fixedLogin({}),
  )
  const pollTarget = createPollTarget({
    connection: connect(),
    collectors: wantedCollectors(collectors, defaultSettings),
    settings: defaultSettings,
    timeoutMilliseconds: 10_000,
    clock: systemClock,
  })
  return async () => {
    const { error } = await pollTarget()
    if (error) throw error
  }
}

async function runBlock(
  client: ReturnType<RedisServer['client']>,
  proxy: DelayingProxy,
  run: () => Promise<void>,
): Promise<Block> {
  proxy.resetCounts()
  let milliseconds = 0
  const { calls, microseconds, ofLatencyHistogram } = await commandCosts(client, async () => {
    const start = performance.now()
    for (let poll = 0; poll < pollsPerBlock; poll++) await run()
    milliseconds = performance.now() - start
  })
  const { roundTrips, connections } = proxy.counts()
  const each = (sum: number) => sum / pollsPerBlock
  return {
    calls: each(calls),
    microseconds: each(microseconds),
    ofLatencyHistogram: each(ofLatencyHistogram),
    roundTrips: each(roundTrips),
    connections: each(connections),
    milliseconds: each(milliseconds),
  }
}

function report(ours: readonly Block[], theirs: readonly Block[]): Report {
  const row = (name: string, list: readonly Block[]) => [
    name,
    formatNumber(spread(list.map(({ roundTrips }) => roundTrips)).median, 1),
    formatNumber(spread(list.map(({ connections }) => connections)).median, 1),
    formatNumber(spread(list.map(({ calls }) => calls)).median, 1),
    formatSpread(spread(list.map(({ microseconds }) => microseconds))),
    formatSpread(spread(list.map(({ ofLatencyHistogram }) => ofLatencyHistogram))),
    formatSpread(spread(list.map(({ milliseconds }) => milliseconds)), 1),
  ]
  const ratioOf = (read: (block: Block) => number) =>
    formatSpread(ratios(ours.map(read), theirs.map(read)), 2)
  const all = ratioOf(({ microseconds }) => microseconds)
  const rest = ratioOf(({ microseconds, ofLatencyHistogram }) => microseconds - ofLatencyHistogram)
  return {
    title: 'Cost of one poll in the steady state',
    notes: [
      `${blocks * pollsPerBlock} polls of ours and scrapes of the Go exporter, in turns of ` +
        `${pollsPerBlock}, each through a proxy that`,
      `adds ${roundTripDelay} ms to a round trip. µs of Redis: its INFO commandstats, summed.`,
      `Time of Redis, ours against the Go exporter: ${all}, without LATENCY HISTOGRAM ${rest}; less is better.`,
    ],
    head: [
      '',
      'round trips',
      'new connections',
      'commands',
      'µs of Redis',
      'of LATENCY HISTOGRAM',
      'ms',
    ],
    rows: [row('poll of ours', ours), row('scrape of the Go exporter', theirs)],
  }
}
