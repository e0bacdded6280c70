import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { countSeries } from '../../src/metrics/metric.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../support/fixtures.ts'
import { collectors } from '../support/registry.ts'

const folder = 'redis-7.0.15'
const withRoomFor = (maxSeries: number, info: string) =>
  fakePoll({ info, replies: recordedAnswer(folder), settings: { maxSeries } })
const namesOf = async (name: string, maxSeries: number, info: string) => {
  const one = collectors.find((collector) => collector.name === name)
  if (one === undefined) throw new Error(`there is no collector ${name}`)
  const { samples, leftOut } = await runCollector(one, withRoomFor(maxSeries, info), systemClock)
  return { names: samples.map(({ metric }) => metric.name), series: countSeries(samples), leftOut }
}

const fixed = ['clients', 'memory', 'persistence', 'stats', 'cpu', 'server', 'slowlog', 'config']

test.each(fixed)('%s has all of its series, however little room there is', async (name) => {
  const info = readFixture(`${folder}/info-everything.txt`).replaceAll(/^listener\d.*\r\n/gm, '')
  const all = await namesOf(name, 100_000, info)

  expect(await namesOf(name, 1, info)).toEqual(all)
  expect(all.leftOut).toBe(0)
  expect(all.names.length).toBeGreaterThan(1)
})

test('a replica tells all of its master, however little room there is', async () => {
  const info = readFixture(`${folder}/info-replica.txt`)
  const all = await namesOf('replication', 100_000, info)

  expect(await namesOf('replication', 1, info)).toEqual(all)
  expect(all.names).toContain('master_link_up')
})

test.each([
  ['commandstats', 'cmdstat_', 'calls=1,usec=2,rejected_calls=0,failed_calls=0', 4],
  ['errorstats', 'errorstat_', 'count=1', 1],
  ['replication', 'slave', 'ip=10.0.0.1,port=$,state=online,offset=1,lag=0', 2],
  ['keyspace', 'db', 'keys=1,expires=0,avg_ttl=0', 3],
])('%s gives no more of what is listed than there is room for', async (name, field, text, each) => {
  const lines = Array.from(
    { length: 1000 },
    (_, index) => `${field}${index}:${text.replace('$', `${index}`)}`,
  )
  const found = await namesOf(name, 8, `# ${name}\r\n${lines.join('\r\n')}\r\n`)

  expect(found).toMatchObject({ series: 8, leftOut: 1000 * each - 8 })
})
