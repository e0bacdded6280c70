import perfHooks from 'node:perf_hooks'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type EncodedBody, endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { createOwnBody, type ProcessFamilies } from '../../src/metrics/own-body.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createRequestCounter } from '../../src/metrics/request-counter.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

let clock: FakeClock

beforeEach(() => {
  clock = fakeClock()
})

const failOnError = (error: unknown) => {
  throw error
}

const plain = (body: EncodedBody) => body.plain().toString()

describe('holds our own metrics and, under the names of prom-client,', () => {
  test.each<[string, ProcessFamilies, readonly string[]]>([
    ['those of the process and of Node.js', ['process', 'nodejs'], ['nodejs', 'process']],
    ['those of the process alone', ['process'], ['process']],
    ['nothing else', [], []],
  ])('%s', async (_case, wanted, shown) => {
    const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
    const self = createOwnBody(own, wanted, clock, failOnError)
    const names = parseExposition(plain(await self.current())).map(({ name }) => name)

    expect(names).toContain('redis_exporter_scrapes_total')
    const beginnings = names.map((name) => name.split('_')[0]).filter((name) => name !== 'redis')
    expect([...new Set(beginnings)].sort()).toEqual(shown)
  })
})

test.each<[ProcessFamilies, number]>([
  [['process', 'nodejs'], 1],
  [['process'], 0],
])(
  'with %j the event loop and the collections of garbage are watched %d times',
  (wanted, times) => {
    const loop = vi.spyOn(perfHooks, 'monitorEventLoopDelay')
    const collections = vi.spyOn(perfHooks.PerformanceObserver.prototype, 'observe')
    createOwnBody({ render: async () => '' }, wanted, clock, failOnError)

    expect(loop).toHaveBeenCalledTimes(times)
    expect(collections).toHaveBeenCalledTimes(times)
    vi.restoreAllMocks()
  },
)

test('together with the request counter is a sound body, plain and zipped', async () => {
  const requests = createRequestCounter('redis')
  requests.count('/metrics', 200)
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = createOwnBody(own, ['process'], clock, failOnError)
  const prepared = prepareBody([await self.current()])
  const end = Buffer.from(requests.text())
  const text = Buffer.concat([...prepared.plain(), end])

  expect(checkExposition(text)).toEqual([])
  expect(gunzipSync(Buffer.concat([...prepared.gzip, endOfGzip(prepared, end)]))).toEqual(text)
})

describe('is encoded', () => {
  let renders: number
  const render = async () => `renders ${++renders}\n`

  beforeEach(() => {
    renders = 0
  })

  test('when somebody asks, and not before', async () => {
    const self = createOwnBody({ render }, [], clock, failOnError)
    self.outdate()
    clock.advance(60_000)
    self.outdate()

    expect(renders).toBe(0)
    expect(plain(await self.current())).toBe('renders 1\n')
  })

  test('at most once a second, however many ask', async () => {
    const self = createOwnBody({ render }, [], clock, failOnError)
    const first = await self.current()
    clock.advance(999)

    expect(self.current()).toBe(first)
    clock.advance(1)
    expect(plain(await self.current())).toBe('renders 2\n')
  })

  test('once for all who ask while it is under way', async () => {
    const self = createOwnBody({ render }, [], clock, failOnError)
    const bodies = await Promise.all([self.current(), self.current(), self.current()])

    expect(bodies.map(plain)).toEqual(['renders 1\n', 'renders 1\n', 'renders 1\n'])
  })

  test('once more after polls, when somebody asks', async () => {
    const self = createOwnBody({ render }, [], clock, failOnError)
    await self.current()
    self.outdate()
    self.outdate()

    expect(renders).toBe(1)
    expect(plain(await self.current())).toBe('renders 2\n')
    expect(plain(await self.current())).toBe('renders 2\n')
  })
})

test('takes up what a poll has counted', async () => {
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const counts = own.ofTarget('redis://one')
  const self = createOwnBody(own, ['process'], clock, failOnError)
  const before = plain(await self.current())
  counts.pollFinished('up', 1)
  self.outdate()

  expect(before).toContain('\nredis_exporter_scrapes_total 0\n')
  expect(plain(await self.current())).toContain('\nredis_exporter_scrapes_total 1\n')
})

test('never goes back, though a rendering takes longer than others that begin later', async () => {
  let count = 0
  const waiting: (() => void)[] = []
  const render = async () => {
    const text = `count ${++count}\n`
    await new Promise<void>((resolve) => waiting.push(resolve))
    return text
  }
  const self = createOwnBody({ render }, [], clock, failOnError)
  const first = self.current()
  await vi.waitUntil(() => waiting.length === 1)
  self.outdate()
  clock.advance(5_000)
  const second = self.current()
  waiting[0]?.()
  const served = [await first, await second]
  const third = self.current()
  await vi.waitUntil(() => waiting.length === 2)
  waiting[1]?.()

  expect(served.map(plain)).toEqual(['count 1\n', 'count 1\n'])
  expect(plain(await third)).toBe('count 2\n')
})

test('reads the metrics of the process anew each second, not for every poll', async () => {
  const self = createOwnBody({ render: async () => '' }, ['process'], clock, failOnError)
  const cpu = async () =>
    /^process_cpu_seconds_total (\S+)$/m.exec(plain(await self.current()))?.[1]
  const first = await cpu()
  self.outdate()
  const afterPoll = await cpu()
  clock.advance(1_000)

  expect(afterPoll).toBe(first)
  expect(Number(await cpu())).toBeGreaterThan(Number(first))
})

test('shows times of the process without digits that were never measured', async () => {
  const families = ['process', 'nodejs'] as const
  const self = createOwnBody({ render: async () => '' }, families, clock, failOnError)
  const text = plain(await self.current())

  expect(text).toMatch(/^process_cpu_seconds_total \d+\.\d+$/m)
  expect(text.match(/^.*_seconds.* \d+\.\d{7,}$/gm)).toBeNull()
})

test('keeps the last body when reading fails, and tells', async () => {
  const failure = new Error('no')
  const render = vi.fn(async () => 'good 1\n')
  const onError = vi.fn()
  const self = createOwnBody({ render }, ['process'], clock, onError)
  await self.current()
  render.mockRejectedValue(failure)
  self.outdate()

  expect(plain(await self.current())).toContain('good 1\n')
  expect(onError).toHaveBeenCalledExactlyOnceWith(failure)
})

test('is empty when reading has failed from the beginning', async () => {
  const render = async () => Promise.reject(new Error('no'))
  const self = createOwnBody({ render }, [], clock, () => {})

  expect(plain(await self.current())).toBe('')
})
