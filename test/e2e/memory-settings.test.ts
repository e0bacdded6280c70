import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, type ExporterOptions, startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'

const environmentOf = ({ pid }: Exporter) =>
  readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')

it.each<[how: string, options: ExporterOptions, arenas: readonly string[]]>([
  [
    'of a program that is run by its file are one, whose end is given back',
    {},
    ['MALLOC_ARENA_MAX=1', 'MALLOC_TRIM_THRESHOLD_=32768'],
  ],
  [
    'that are given stay',
    { env: { MALLOC_ARENA_MAX: '3', MALLOC_TRIM_THRESHOLD_: '65536' } },
    ['MALLOC_ARENA_MAX=3', 'MALLOC_TRIM_THRESHOLD_=65536'],
  ],
  ['of a program that is run by node are those of node', { nodeArgs: ['--no-warnings'] }, []],
])('arenas of the allocator %s', async (_, options, arenas) => {
  await using exporter = await startExporter(options)
  expect(
    environmentOf(exporter)
      .filter((one) => one.startsWith('MALLOC_'))
      .sort(),
  ).toEqual(arenas)
})

/** The MiB of one half of the young generation, of which V8 takes some bytes for itself. */
async function halfOf(exporter: Exporter): Promise<number> {
  const families = await exporter.metrics()
  const bytesOf = (kind: string) =>
    families
      .find(({ name }) => name === `nodejs_heap_space_size_${kind}_bytes`)
      ?.samples.find(({ labels }) => labels.space === 'new')?.value
  return Math.round((Number(bytesOf('used')) + Number(bytesOf('available'))) / 2 ** 20)
}

it.each([
  ['one target, where it is 2 MiB a half', 1, {}, 2],
  ['several, where it is 8', 2, {}, 8],
  [
    'one whose keys are walked without a budget, as for several',
    1,
    { REDIS_EXPORTER_COUNT_KEYS: '*', SCAN_MAX_LOAD: '0' },
    8,
  ],
])('the young generation is held for %s', async (_, targets, walks, mebibytes) => {
  await using redis = await startRedis()
  const addresses = ['127.0.0.1', 'localhost'].slice(0, targets)
  await using exporter = await startExporter({
    env: {
      REDIS_URL: addresses.map((host) => `redis://${host}:${redis.port}`).join(),
      POLL_INTERVAL: '1s',
      REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true',
      ...walks,
    },
  })
  // Eight seconds after a start V8 collects all and makes it smaller, as far as it sees little happen.
  await delay(12_000)
  await eventually(async () => expect(await halfOf(exporter)).toBe(mebibytes), { within: 60_000 })
})
