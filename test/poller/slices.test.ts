import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { CollectorSettings } from '../../src/collectors/collector.ts'
import { countSeries } from '../../src/metrics/metric.ts'
import { createSeriesWriter } from '../../src/metrics/series-writer.ts'
import { wantedCollectors } from '../../src/options/switches.ts'
import { createPollTarget } from '../../src/poller/poll-target.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { settingsWith } from '../support/default-settings.ts'
import { answersOf, type FakeServer, fakeConnection } from '../support/fake-connection.ts'
import { longInfo, seriesOfLongInfo } from '../support/long-info.ts'
import { collectors } from '../support/registry.ts'

// The last test reads what takes seconds on a machine that is busy with something else.
vi.setConfig({ testTimeout: 120_000 })

const many = 3_000
const lines = (line: (index: number) => string) =>
  Array.from({ length: many }, (_, index) => line(index)).join('\r\n')
const reply = <T>(part: (index: number) => readonly T[]) =>
  Array.from({ length: many }, (_, index) => part(index)).flat()
const everyMaster = (one: (index: number) => Readonly<Record<string, readonly string[]>>) =>
  Object.assign({}, ...Array.from({ length: many }, (_, index) => one(index)))

const client = (index: number) =>
  `id=${many - index} addr=127.0.0.1:${index} name=app${index} age=1 idle=0 flags=N db=0 qbuf=26`
const sentinelMaster = (index: number) => [
  ...['name', `m${index}`, 'ip', '10.0.0.1', 'port', `${index}`, 'flags', 'master'],
  ...['quorum', '2', 'failover-timeout', '1', 'parallel-syncs', '1'],
]

interface Case {
  readonly server: FakeServer
  readonly settings?: Partial<CollectorSettings>
  /** The samples that stand for what is listed. */
  readonly samples: number
}

const cases: Readonly<Record<string, Case>> = {
  'commands, errors and latencies': {
    server: {
      info: [
        '# Commandstats',
        lines((index) => `cmdstat_c${index}:calls=2,usec=3,rejected_calls=0,failed_calls=0`),
        '# Errorstats',
        lines((index) => `errorstat_E${index}:count=2`),
        '# Latencystats',
        lines((index) => `latency_percentiles_usec_c${index}:p50=1.003,p99=2.007`),
        '',
      ].join('\r\n'),
    },
    samples: many * 6,
  },
  replicas: {
    server: {
      info: `# Replication\r\nrole:master\r\n${lines((index) => `slave${index}:ip=10.0.0.1,port=${index},state=online,offset=1,lag=1`)}\r\n`,
    },
    samples: many * 2,
  },
  'empty databases': {
    server: {
      info: '# Server\r\nrun_id:a\r\n# Keyspace\r\n',
      replies: { 'CONFIG GET databases': ['databases', `${many}`] },
    },
    settings: { includeEmptyDatabases: true },
    samples: many * 2,
  },
  clients: {
    server: { replies: { 'CLIENT LIST': lines(client) } },
    settings: { exportClientList: true, clientListMaxSeries: 1_000_000 },
    samples: many * 4,
  },
  parameters: {
    server: { replies: { 'CONFIG GET *': reply((index) => [`p${index}`, `${index}`]) } },
    settings: { includeConfigMetrics: true, redactConfigMetrics: false },
    samples: many * 2,
  },
  'latency histograms': {
    server: {
      replies: {
        'LATENCY HISTOGRAM': reply((index) => [
          `c${index}`,
          ['calls', 3, 'histogram_usec', [1, 1, 2, 3]],
        ]),
      },
    },
    samples: many,
  },
  'latency events': {
    server: { replies: { 'LATENCY LATEST': reply((index) => [[`e${index}`, 1, 2, 3]]) } },
    samples: many * 3,
  },
  'masters of a Sentinel': {
    server: {
      info: `redis_mode:sentinel\r\n# Sentinel\r\n${lines((index) => `master${index}:name=m${index},status=ok,address=10.0.0.1:${index},slaves=0,sentinels=1`)}\r\n`,
      replies: {
        'SENTINEL MASTERS': reply((index) => [sentinelMaster(index)]),
        ...everyMaster((index) => ({
          [`SENTINEL SENTINELS m${index}`]: [],
          [`SENTINEL REPLICAS m${index}`]: [],
        })),
      },
    },
    samples: many * 9,
  },
}

/**
 * The items that a poll looks at in all, and in one turn of the event loop at most. Each look at the
 * clock is a millisecond later than the one before, so that the times of a busy machine are nothing.
 */
async function countItems(poll: () => Promise<number>) {
  // A slice that the test before began may be open still, and end by the clock of that.
  for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate)
  const begun = performance.now()
  let looks = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => begun + ++looks)
  onTestFinished(() => clock.mockRestore())
  let most = 0
  let last = 0
  let isOver = false
  const turn = () => {
    most = Math.max(most, looks - last)
    last = looks
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const series = await poll()
  isOver = true
  return { series, items: looks, inOneTurn: Math.max(most, looks - last) }
}

test.each(Object.entries(cases))('thousands of %s are read in slices', async (_what, one) => {
  const settings = settingsWith(one.settings)
  const poll = createPollTarget({
    connection: fakeConnection({ answer: answersOf(one.server) }),
    collectors: wantedCollectors(collectors, settings),
    settings,
    timeoutMilliseconds: 1_000_000_000,
    clock: systemClock,
    createWriter: () => createSeriesWriter('redis'),
  })
  const { series, items, inOneTurn } = await countItems(async () => {
    const result = await poll()
    expect(result.error).toBeUndefined()
    return (await renderSnapshot('redis', result, 0, 1)).series
  })

  expect(series).toBeGreaterThanOrEqual(one.samples)
  // Each thing is an item when it is read, or each sample when it is told from the others: what is not
  // done in slices would be missing.
  expect(items).toBeGreaterThan(many)
  // Every collector begins with one look or two; what comes then is shared among them.
  expect(inOneTurn).toBeLessThan(400)
})

test('of twenty thousand commands what there is room for is read, and the rest counted', async () => {
  const commands = 20_000
  const info = longInfo(commands)
  const answer = answersOf()
  const poll = createPollTarget({
    connection: fakeConnection({
      answer: (command) => (command.startsWith('INFO') ? info : answer(command)),
    }),
    collectors: collectors.filter(({ name }) => name in seriesOfLongInfo(0)),
    settings: settingsWith({ maxSeries: 10_000 }),
    timeoutMilliseconds: 1_000_000_000,
    clock: systemClock,
  })
  const { collectors: results } = await poll()

  expect(Object.fromEntries(results.map(({ name, leftOut }) => [name, leftOut]))).toEqual({
    commandstats: 70_000,
    errorstats: 10_000,
    latencystats: 90_000,
  })
  expect(results.map(({ samples }) => countSeries(samples))).toEqual([10_000, 10_000, 10_000])
})
