import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkExposition } from '../support/exposition.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { maximumAge, type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter({ own: '# TYPE self gauge\nself 1\n' })
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

describe('the body', () => {
  test('is the snapshot, then what the exporter tells of itself, then the request counter', async () => {
    const { body } = await exporter.request('/metrics')

    const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(names.slice(-5)).toEqual([
      'redis_exporter_snapshot_timestamp_seconds',
      'redis_memory_used_bytes',
      'redis_up',
      'self',
      'redis_exporter_http_requests_total',
    ])
  })

  test('is a valid exposition', async () => {
    await exporter.request('/metrics')

    expect(checkExposition((await exporter.request('/metrics')).bytes)).toEqual([])
  })

  test('shows a poll as soon as it has ended', async () => {
    await exporter.request('/metrics')
    await exporter.poll(downResult())

    const { body } = await exporter.request('/metrics')

    expect(body).toContain('redis_up 0\n')
    expect(body).not.toContain('redis_memory_used_bytes')
  })

  test('shows a snapshot that has become too old as down, without any poll', async () => {
    expect((await exporter.request('/metrics')).body).toContain('redis_up 1\n')
    exporter.clock.advance(maximumAge + 1)

    expect((await exporter.request('/metrics')).body).toContain(
      'redis_exporter_last_scrape_error{err="stale: no poll has ended for 45 s"} 1\n',
    )
  })

  test('shows what has changed in the exporter itself', async () => {
    await exporter.request('/metrics')
    await exporter.tellOfSelf('# TYPE self gauge\nself 2\n')

    expect((await exporter.request('/metrics')).body).toContain('self 2\n')
  })
})

describe('the headers', () => {
  test('name the text format and its version', async () => {
    const { headers } = await exporter.request('/metrics')

    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  test.each(['identity', 'gzip'])('give the length of the body, as %s', async (encoding) => {
    const { headers, bytes } = await exporter.request('/metrics', {
      headers: { 'Accept-Encoding': encoding },
    })

    expect(headers['content-length']).toBe(String(bytes.length))
    expect(headers['transfer-encoding']).toBeUndefined()
  })

  test.each(['identity', 'gzip'])(
    'say that the encoding was asked for, as %s',
    async (encoding) => {
      const { headers } = await exporter.request('/metrics', {
        headers: { 'Accept-Encoding': encoding },
      })

      expect(headers.vary).toBe('Accept-Encoding')
    },
  )
})

describe('compression', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['deflate', undefined],
    ['identity', undefined],
    ['br, gzip', 'gzip'],
    ['deflate, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.0', undefined],
    ['gzip; q=0.001', 'gzip'],
    ['*', 'gzip'],
    ['*;q=0', undefined],
    ['gzip;q=0, *', undefined],
    ['*;q=0, gzip', 'gzip'],
    ['identity;q=1, *;q=0', undefined],
    ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
    // Nonsense is no reason for an error.
    [';;;,,=', undefined],
  ])('of a client that accepts %j is %s', async (accepted, expected) => {
    const { status, headers } = await exporter.request('/metrics', {
      headers: accepted === undefined ? {} : { 'Accept-Encoding': accepted },
    })

    expect(status).toBe(200)
    expect(headers['content-encoding']).toBe(expected)
  })

  test('changes nothing in the text', async () => {
    const plain = await exporter.request('/metrics')
    const zipped = await exporter.request('/metrics', { headers: { 'Accept-Encoding': 'gzip' } })

    // Between the two, one request was counted.
    const counted = 'redis_exporter_http_requests_total{path="/metrics",code="200"} 1\n'
    expect(gunzipSync(zipped.bytes).toString()).toBe(`${plain.body}${counted}`)
  })

  test("is the client's choice from one request to the next", async () => {
    const encodings = []
    for (const accepted of ['gzip', 'identity', 'gzip']) {
      const { headers } = await exporter.request('/metrics', {
        headers: { 'Accept-Encoding': accepted },
      })
      encodings.push(headers['content-encoding'])
    }

    expect(encodings).toEqual(['gzip', undefined, 'gzip'])
  })
})
