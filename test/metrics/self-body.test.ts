import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EncodedBody, endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createRequestCounter } from '../../src/metrics/request-counter.ts'
import { startSelfBody } from '../../src/metrics/self-body.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'

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

test('holds our own metrics and, under the names of prom-client, those of the process', async () => {
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = await startSelfBody(own, failOnError)
  const text = plain(self.current())
  self.stop()

  expect(text).toContain('\nredis_exporter_scrapes_total 0\n')
  expect(text).toMatch(/^process_cpu_seconds_total \S+$/m)
  expect(text).toMatch(/^nodejs_version_info\{version="v\d/m)
})

test('together with the request counter is a sound body, plain and zipped', async () => {
  const requests = createRequestCounter('redis')
  requests.count('/metrics', 200)
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = await startSelfBody(own, failOnError)
  const prepared = prepareBody([self.current()])
  self.stop()
  const end = Buffer.from(requests.text())
  const text = Buffer.concat([...prepared.plain, end])

  expect(checkExposition(text)).toEqual([])
  expect(gunzipSync(Buffer.concat([...prepared.gzip, endOfGzip(prepared, end)]))).toEqual(text)
})

test('is the same object until something is encoded anew', async () => {
  const self = await startSelfBody({ render: async () => 'a 1\n' }, failOnError)
  const before = self.current()
  const again = self.current()
  await self.refresh()
  self.stop()

  expect(again).toBe(before)
  expect(self.current()).not.toBe(before)
})

test('takes up what a poll has counted when it is told to', async () => {
  const own = createOwnMetrics('redis', { version: '1', commit: '', date: '' })
  const self = await startSelfBody(own, failOnError)
  own.pollFinished('up', 1)
  const before = plain(self.current())
  await self.refresh()
  self.stop()

  expect(before).toContain('\nredis_exporter_scrapes_total 0\n')
  expect(plain(self.current())).toContain('\nredis_exporter_scrapes_total 1\n')
})

test('takes up everything once a second by itself', async () => {
  let renders = 0
  const self = await startSelfBody({ render: async () => `renders ${++renders}\n` }, failOnError)

  vi.advanceTimersByTime(999)
  expect(plain(self.current())).toMatch(/^renders 1$/m)
  vi.advanceTimersByTime(1)
  await eventually(() => expect(plain(self.current())).toMatch(/^renders 2$/m))
  self.stop()
})

test('reads the metrics of the process anew each second', async () => {
  const self = await startSelfBody({ render: async () => '' }, failOnError)
  const cpu = () => Number(/^process_cpu_seconds_total (\S+)$/m.exec(plain(self.current()))?.[1])
  const before = cpu()

  await eventually(() => {
    vi.advanceTimersByTime(1000)
    expect(cpu()).toBeGreaterThan(before)
  })
  self.stop()
})

test('keeps the last body when reading fails, and tells', async () => {
  const failure = new Error('no')
  const render = vi.fn(async () => 'good 1\n')
  const onError = vi.fn()
  const self = await startSelfBody({ render }, onError)
  render.mockRejectedValue(failure)

  vi.advanceTimersByTime(1000)
  await eventually(() => expect(onError).toHaveBeenCalledWith(failure))
  expect(plain(self.current())).toContain('good 1\n')
  self.stop()
})

test('leaves no timer behind when stopped', async () => {
  const self = await startSelfBody({ render: async () => '' }, failOnError)

  expect(vi.getTimerCount()).toBe(1)
  self.stop()
  expect(vi.getTimerCount()).toBe(0)
})
