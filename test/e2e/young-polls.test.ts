import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'
import { startRedis } from '../support/redis-server.ts'

// Each second, when the young generation has been collected so often that what survived is moved to the old one.
const tellsOld = `
import { getHeapSpaceStatistics } from 'node:v8'
setInterval(() => {
  gc({ type: 'minor' })
  gc({ type: 'minor' })
  const old = getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')
  process._rawDebug('old generation: ' + old.space_used_size)
}, 1000).unref()`

// One poll fits into it, so that nothing is collected while that is under way, and nothing else is.
const nodeArgs = [
  '--expose-gc',
  '--min-semi-space-size=16',
  '--no-memory-reducer',
  importing(tellsOld),
]

const warmSeconds = 12
const seconds = 18

it('what a poll made goes with the young generation, all but what is served', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url, POLL_INTERVAL: '1s' },
    nodeArgs,
  })
  const told = () => exporter.logs().match(/(?<=old generation: )\d+/g) ?? []
  await eventually(() => expect(told().length).toBeGreaterThan(warmSeconds + seconds), {
    within: 120_000,
  })
  const bytes = told().map(Number).slice(warmSeconds)
  const growth = bytes.slice(1).map((now, index) => now - (bytes[index] ?? 0))

  // A poll that a busy machine draws out is met half done; one that leaves all behind, more than 30,000 bytes, does
  // so each time.
  expect(growth.toSorted((a, b) => a - b)[2]).toBeLessThan(25_000)
  // Had all of the heap been collected meanwhile, this would tell nothing.
  expect(Math.min(...growth)).toBeGreaterThan(-100_000)
}, 150_000)
