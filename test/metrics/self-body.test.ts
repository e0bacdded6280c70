import perfHooks from 'node:perf_hooks'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EncodedBody, endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createRequestCounter } from '../../src/metrics/request-counter.ts'
import { type ProcessFamilies, startSelfBody } from '../../src/metrics/self-body.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'

// Only the interval is under our control: compressing ends when the thread pool says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const failOnError = (error: unknown) => {
  throw error
}

const plain = (body: EncodedBody) => body.plain.toString()

describe('holds our own metrics and, under the names of prom-client,', () => {
  test.each<[string, ProcessFamilies, readonly string[]]>([
    ['those of the process and of Node.js', ['process', 'nodejs'], ['nodejs', 'process']],
    ['those of the process alone', ['process'], ['process']],
    ['nothing else', [], []],
  ])('%s', async (_case, wanted, shown) => {
    const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
    const self = await startSelfBody(own, wanted, failOnError)
    const text = plain(self.current())
    self.stop()
    const names = parseExposition(text).map(({ name }) => name)

    expect(names).toContain('redis_exporter_scrapes_total')
    const beginnings = names.map((name) => name.split('_')[0]).filter((name) => name !== 'redis')
    expect([...new Set(beginnings)].sort()).toEqual(shown)
  })
})

test.each<[ProcessFamilies, number]>([
  [['process', 'nodejs'], 10],
  [['process'], 3_600_000],
])('with %j the event loop is watched every %d ms', async (wanted, resolution) => {
  const watch = vi.spyOn(perfHooks, 'monitorEventLoopDelay')
  const self = await startSelfBody({ render: async () => '' }, wanted, failOnError)
  self.stop()

  expect(watch).toHaveBeenCalledExactlyOnceWith({ resolution })
  watch.mockRestore()
})

test('together with the request counter is a sound body, plain and zipped', async () => {
  const requests = createRequestCounter('redis')
  requests.count('/metrics', 200)
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = await startSelfBody(own, ['process'], failOnError)
  const prepared = prepareBody([self.current()])
  self.stop()
  const end = Buffer.from(requests.text())
  const text = Buffer.concat([...prepared.plain, end])

  expect(checkExposition(text)).toEqual([])
  expect(gunzipSync(Buffer.concat([...prepared.gzip, endOfGzip(prepared, end)]))).toEqual(text)
})

test('is the same object until something is encoded anew', async () => {
  const self = await startSelfBody({ render: async () => 'a 1\n' }, ['process'], failOnError)
  const before = self.current()
  const again = self.current()
  await self.refresh()
  self.stop()

  expect(again).toBe(before)
  expect(self.current()).not.toBe(before)
})

test('takes up what a poll has counted when it is told to', async () => {
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = await startSelfBody(own, ['process'], failOnError)
  own.pollFinished('up', 1)
  const before = plain(self.current())
  await self.refresh()
  self.stop()

  expect(before).toContain('\nredis_exporter_scrapes_total 0\n')
  expect(plain(self.current())).toContain('\nredis_exporter_scrapes_total 1\n')
})

test('takes up everything once a second by itself', async () => {
  let renders = 0
  const self = await startSelfBody(
    { render: async () => `renders ${++renders}\n` },
    ['process'],
    failOnError,
  )

  vi.advanceTimersByTime(999)
  expect(plain(self.current())).toMatch(/^renders 1$/m)
  vi.advanceTimersByTime(1)
  await eventually(() => expect(plain(self.current())).toMatch(/^renders 2$/m))
  self.stop()
})

test('reads the metrics of the process anew each second', async () => {
  const self = await startSelfBody({ render: async () => '' }, ['process'], failOnError)
  const cpu = () => Number(/^process_cpu_seconds_total (\S+)$/m.exec(plain(self.current()))?.[1])
  const before = cpu()

  await eventually(() => {
    vi.advanceTimersByTime(1000)
    expect(cpu()).toBeGreaterThan(before)
  })
  self.stop()
})

test('shows times of the process without digits that were never measured', async () => {
  const self = await startSelfBody({ render: async () => '' }, ['process', 'nodejs'], failOnError)
  const text = plain(self.current())
  self.stop()

  expect(text).toMatch(/^process_cpu_seconds_total \d+\.\d+$/m)
  expect(text.match(/^.*_seconds.* \d+\.\d{7,}$/gm)).toBeNull()
})

test('keeps the last body when reading fails, and tells', async () => {
  const failure = new Error('no')
  const render = vi.fn(async () => 'good 1\n')
  const onError = vi.fn()
  const self = await startSelfBody({ render }, ['process'], onError)
  render.mockRejectedValue(failure)

  vi.advanceTimersByTime(1000)
  await eventually(() => expect(onError).toHaveBeenCalledWith(failure))
  expect(plain(self.current())).toContain('good 1\n')
  self.stop()
})

test('leaves no timer behind when stopped', async () => {
  const self = await startSelfBody({ render: async () => '' }, ['process'], failOnError)

  expect(vi.getTimerCount()).toBe(1)
  self.stop()
  expect(vi.getTimerCount()).toBe(0)
})
