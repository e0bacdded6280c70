import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { discoveryMetrics } from '../../src/metrics/discovery-metrics.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Metric } from '../../src/metrics/metric.ts'
import { onDemandMetrics } from '../../src/metrics/on-demand-metrics.ts'
import { ownMetrics } from '../../src/metrics/own-metrics.ts'
import { pollMetrics } from '../../src/metrics/poll-metrics.ts'
import { portMetrics } from '../../src/metrics/port-metrics.ts'
import { targetsFileMetrics } from '../../src/metrics/targets-file-metrics.ts'
import { walkMetrics } from '../../src/metrics/walk-metrics.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { type Family, parseExposition, sampleValue } from '../support/exposition.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { readTable } from '../support/fixtures.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

/** What other-metrics.tsv gives as the source of a family that we read so far. */
const sources = new Set([
  'INFO',
  'INFO clients',
  'INFO cluster',
  'INFO commandstats',
  'INFO cpu',
  'INFO errorstats',
  'INFO keyspace',
  'INFO latencystats + commandstats',
  'INFO modules',
  'INFO replication',
  'INFO sentinel',
  'INFO server',
  'INFO stats',
  'CLIENT LIST',
  'CLUSTER INFO',
  'COMMANDLOG LEN, CONFIG GET commandlog-*',
  'CONFIG GET *',
  'EVAL / EVAL_RO',
  'FT._LIST, FT.INFO',
  'LATENCY HISTOGRAM',
  'LATENCY LATEST',
  'SENTINEL CONFIG GET *',
  'SENTINEL MASTERS, CKQUORUM, SENTINELS, REPLICAS',
  'SCAN + MEMORY USAGE per key',
  'SLOWLOG GET 1',
  'SLOWLOG LEN, SLOWLOG GET 1',
  'stat of the RDB file',
  'SCAN',
  'TYPE, MEMORY USAGE, GET, xLEN',
  'XINFO STREAM, GROUPS, CONSUMERS',
  'the exporter itself',
  'the poll',
])

/** Rows of these sources that we do not serve. */
const exceptions = new Map([
  ['latest_fork_usec', 'the Go exporter serves this field as latest_fork_seconds alone, as we do'],
])

/** Labels that newer servers report and that we have beside those of the table. */
const moreLabels: Readonly<Record<string, readonly string[]>> = {
  instance_info: ['server_name', 'availability_zone'],
}

const fields = readTable('reference/info-fields.tsv')
const others = readTable('reference/other-metrics.tsv').filter(({ source = '' }) =>
  sources.has(source),
)

const declared = new Map<string, Metric>(
  [
    ...[...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics),
    ...Object.values(pollMetrics),
    ...Object.values(ownMetrics),
    ...Object.values(walkMetrics),
    ...Object.values(targetsFileMetrics),
    ...Object.values(discoveryMetrics),
    ...Object.values(onDemandMetrics),
    ...Object.values(portMetrics),
  ].map((metric) => [metric.name, metric]),
)

function isException({ metric = '' }: Readonly<Record<string, string>>): boolean {
  return exceptions.has(metric)
}

test.each([...fields, ...others].filter((row) => !isException(row)))(
  '$metric is declared with the type and the labels that it has there',
  ({ metric: name = '', type, labels = '' }) => {
    const names = labels.split(',').filter((label) => label !== '')
    const isOptional = (label: string) => label.startsWith('[')

    expect(declared.get(name)).toMatchObject({
      type,
      labels: names.filter((label) => !isOptional(label)),
      optionalLabels: [
        ...names.filter(isOptional).map((label) => label.slice(1, -1)),
        ...(moreLabels[name] ?? []),
      ],
    })
  },
)

test.each([...exceptions.keys()])('%s, an exception, is a row and is not declared', (name) => {
  expect([...fields, ...others].some(({ metric }) => metric === name)).toBe(true)
  expect(declared.has(name)).toBe(false)
})

test('every source that is named here is one of the table', () => {
  const known = new Set(readTable('reference/other-metrics.tsv').map(({ source }) => source))

  expect([...sources].filter((source) => !known.has(source))).toEqual([])
})

// A value of its own for each field, so that none can be taken for another.
const values = new Map(fields.map(({ info_field = '' }, index) => [info_field, 1000 + index]))
const served = await serveEveryField()

test.each(fields.filter((row) => !isException(row)))(
  'the field $info_field is served as redis_$metric',
  ({ info_field = '', metric }) => {
    expect(sampleValue(served, `redis_${metric}`)).toBe(values.get(info_field))
  },
)

/** What is served of a server that sends every field of the table, none in the section of Redis. */
async function serveEveryField(): Promise<readonly Family[]> {
  const lines = [...values].map(([field, value]) => `${field}:${value}\r\n`)
  const isCluster = (line: string) => line.startsWith('cluster_')
  const poll = fakePoll({
    info: `# Any\r\n${lines.filter((line) => !isCluster(line)).join('')}cluster_enabled:1\r\n`,
    replies: (command) =>
      command.join(' ') === 'CLUSTER INFO'
        ? lines.filter(isCluster).join('')
        : fromErrorReply('NOPERM no'),
  })
  const results = await Promise.all(
    collectors.map((collector) => runCollector(collector, poll, systemClock)),
  )
  return parseExposition(
    encode(
      'redis',
      results.flatMap(({ samples }) => samples),
    ).text,
  )
}
