import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, type ExporterOptions, startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'

const environmentOf = ({ pid }: Exporter) =>
  readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')

it.each<[how: string, options: ExporterOptions, arenas: readonly string[]]>([
  ['of a program that is run by its file are those of the image', {}, ['MALLOC_ARENA_MAX=1']],
  ['that are given stay', { env: { MALLOC_ARENA_MAX: '3' } }, ['MALLOC_ARENA_MAX=3']],
  ['of a program that is run by node are those of node', { nodeArgs: ['--no-warnings'] }, []],
])('arenas of the allocator %s', async (_, options, arenas) => {
  await using exporter = await startExporter(options)
  expect(environmentOf(exporter).filter((one) => one.startsWith('MALLOC_ARENA_MAX'))).toEqual(
    arenas,
  )
})

it('the young generation stays at 2 MiB a half, whatever polls make', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: {
      REDIS_URL: redis.url,
      POLL_INTERVAL: '1s',
      REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true',
    },
  })
  const figure = async (name: string, labels = {}) => {
    const family = (await exporter.metrics()).find((one) => one.name === name)
    const sample = family?.samples.find((one) =>
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    )
    return Number(sample?.value)
  }
  await eventually(
    async () => expect(await figure('redis_exporter_polls_total')).toBeGreaterThan(8),
    { within: 60_000 },
  )
  const bytes = await figure('nodejs_heap_space_size_total_bytes', { space: 'new' })
  expect(bytes).toBeGreaterThanOrEqual(2 * 2 ** 20)
  expect(bytes).toBeLessThanOrEqual(4 * 2 ** 20)
})
