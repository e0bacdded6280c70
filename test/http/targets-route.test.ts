import { afterEach, beforeEach, expect, test } from 'vitest'
import { downResult, upResult } from '../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter({ targetLabel: 'target', target: 'redis://a:1' })
  const cache = exporter.watch({ name: 'cache', address: 'rediss://c:2', labels: { env: 'prod' } })
  await exporter.poll(upResult())
  exporter.clock.advance(2_000)
  await cache.poll(downResult())
  exporter.watch({ name: 'new', address: 'redis://n:3' })
  exporter.clock.advance(500)
})
afterEach(() => exporter.stop(0))

const get = async (query = '') => JSON.parse((await exporter.request(`/targets${query}`)).body)
const time = (ago: number) => new Date(exporter.clock.wall() - ago).toISOString()

test('tells of each target what it is, in which state since when and why, and when it is polled next', async () => {
  const watched = { source: 'of the test', nextPoll: time(-5_000) }

  expect(await get()).toEqual([
    {
      name: 'cache',
      address: 'rediss://c:2',
      labels: { env: 'prod' },
      state: 'down',
      since: time(500),
      ageSeconds: 0.5,
      reason: 'connection: no connection (ECONNREFUSED)',
      ...watched,
    },
    {
      name: 'new',
      address: 'redis://n:3',
      labels: {},
      state: 'waiting',
      since: time(500),
      ...watched,
    },
    {
      name: 'redis://a:1',
      address: 'redis://a:1',
      labels: {},
      state: 'up',
      since: time(2_500),
      ageSeconds: 2.5,
      server: 'Redis 7.0.15',
      role: 'master',
      ...watched,
    },
  ])
})

test.each([
  ['?state=down', ['cache']],
  ['?state=up', ['redis://a:1']],
  ['?state=up&state=waiting', ['new', 'redis://a:1']],
  ['?state=stale', []],
])('%s leaves those in these states', async (query, names) => {
  expect((await get(query)).map(({ name }: { name: string }) => name)).toEqual(names)
})

test('a state that there is not is told with those that there are', async () => {
  const { status, body } = await exporter.request('/targets?state=dead')

  expect(status).toBe(400)
  expect(body).toBe('There is no such state; there is waiting, up, down, stale.\n')
})

test('the state lasts while polls end the same way, and begins anew when they do not', async () => {
  await exporter.poll(upResult())
  expect((await get('?state=up'))[0].since).toBe(time(2_500))

  exporter.clock.advance(100)
  await exporter.poll(downResult())
  expect((await get('?state=down')).at(-1).since).toBe(time(0))
})
