import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { readTable } from '../support/fixtures.ts'
import { familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { startRedis } from '../support/redis-server.ts'
import { collectors } from '../support/registry.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

const optIn = collectors.filter((one) => one.optIn).map(({ name }) => name)
const flags = [
  ...['--export-client-list', '--include-config-metrics', '--include-system-metrics'],
  ...['--include-modules-metrics', '--include-rdb-file-size-metric'],
  ...['--check-single-keys=list,hash,db3=a', '--check-single-streams=orders'],
]

it('with everything on no collector fails, no field is rejected, and the body is sound', async () => {
  await using redis = await startRedis()
  await runFixtureWorkload(redis)
  using target = polledTarget(redis.url, { collect: optIn, flags })
  await target.poll()
  const result = await target.poll()

  expect(result.error).toBeUndefined()
  expect(result.collectors.filter(({ error }) => error).map(({ name }) => name)).toEqual([])
  expect(result.collectors.flatMap(({ rejected }) => rejected)).toEqual([])
  expect((await familiesOf(result)).length).toBeGreaterThan(200)
})

// Our own command and its reply take memory while INFO is written.
const ofBuffers = /^memory_used_(dataset_)?bytes$/

it('each field of INFO that stands still is served as the server tells it', async () => {
  await using redis = await startRedis()
  await runFixtureWorkload(redis)
  using target = polledTarget(redis.url)
  await target.poll()

  // What moves between two readings may move there and back: such is equal another time.
  await eventually(async () => {
    const before = await redis.info('everything')
    const value = await pollValues(target)
    const after = await redis.info('everything')
    const compared = readTable('reference/info-fields.tsv').flatMap(
      ({ info_field: field = '', metric = '' }) => {
        const [text, served] = [before[field], value(`redis_${metric}`)]
        const stands = text === after[field] && /^-?\d+(\.\d+)?$/.test(text ?? '')
        return stands && served !== undefined ? [{ metric, served, text }] : []
      },
    )
    // Microseconds and milliseconds that became seconds.
    const scales = [1, 1e3, 1e6]
    const differing = compared.filter(
      ({ metric, served, text }) =>
        !scales.some((scale) => Number(text) === served * scale) &&
        !(ofBuffers.test(metric) && Math.abs(Number(text) - served) < 64 * 1024),
    )
    expect(differing).toEqual([])
    expect(compared.length).toBeGreaterThan(90)
  })
})
