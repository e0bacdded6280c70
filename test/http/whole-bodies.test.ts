import type { ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createWholeBodies } from '../../src/http/whole-bodies.ts'
import { endOfGzip, prepareBody, storeBody } from '../../src/metrics/encoded-body.ts'
import { serveExporter } from '../support/served-exporter.ts'

interface FakeResponse {
  writableFinished: boolean
}

function response(writableFinished: boolean): ServerResponse & FakeResponse {
  return { writableFinished } as ServerResponse & FakeResponse
}

const prepared = prepareBody([storeBody('one\n'), storeBody('two\n')])

/** Whole bodies of which the first response is over. */
function secondTime(body = prepared) {
  const whole = createWholeBodies()
  whole(response(true), body, 'plain', '0\n')
  return whole
}

test('the first response with a body gets none, since there may be no second', () => {
  expect(createWholeBodies()(response(false), prepared, 'plain', '1\n')).toBeUndefined()
})

test('the second has all pieces in one, with the end of its own', () => {
  const whole = secondTime()

  expect(String(whole(response(true), prepared, 'plain', '1\n'))).toBe('one\ntwo\n1\n')
  expect(String(whole(response(true), prepared, 'plain', '234\n'))).toBe('one\ntwo\n234\n')
})

test('the pieces of gzip are those of gzip', () => {
  const body = secondTime()(response(true), prepared, 'gzip', '1\n')

  expect(body).toEqual(Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.from('1\n'))]))
})

test('letters of more than a byte are counted as such', () => {
  const whole = secondTime()

  expect(String(whole(response(true), prepared, 'plain', 'zwölf\n'))).toBe('one\ntwo\nzwölf\n')
  const zipped = whole(response(true), prepared, 'gzip', 'zwölf\n')
  expect(String(gunzipSync(zipped ?? ''))).toBe('one\ntwo\nzwölf\n')
})

test('what a client still takes is not written over', () => {
  const whole = secondTime()
  const slow = whole(response(false), prepared, 'plain', '1\n')

  expect(String(whole(response(true), prepared, 'plain', '2\n'))).toBe('one\ntwo\n2\n')
  expect(String(whole(response(true), prepared, 'plain', '3\n'))).toBe('one\ntwo\n3\n')
  expect(String(slow)).toBe('one\ntwo\n1\n')
})

test('what a client has taken is used again', () => {
  const whole = secondTime()
  const first = response(false)
  const body = whole(first, prepared, 'plain', '1\n')
  first.writableFinished = true

  expect(whole(response(true), prepared, 'plain', '2\n')?.buffer).toBe(body?.buffer)
})

test('many clients that take their time get no copies without end', () => {
  const whole = secondTime()
  const bodies = Array.from({ length: 10 }, () => whole(response(false), prepared, 'plain', '1\n'))

  expect(bodies.filter(Boolean)).toHaveLength(4)
})

test('a large body and a long end are not copied', () => {
  const large = prepareBody([storeBody('x'.repeat(200_000))])

  expect(secondTime(large)(response(true), large, 'plain', '1\n')).toBeUndefined()
  expect(secondTime()(response(true), prepared, 'plain', '1\n'.repeat(2_000))).toBeUndefined()
})

test('another body begins anew', () => {
  const other = prepareBody([storeBody('other\n')])
  const whole = secondTime()
  whole(response(true), prepared, 'plain', '1\n')

  expect(whole(response(true), other, 'plain', '2\n')).toBeUndefined()
  expect(String(whole(response(true), other, 'plain', '3\n'))).toBe('other\n3\n')
})

test.each(['identity', 'gzip'])(
  'scrapes at the same time each count those before them, as %s',
  async (encoding) => {
    await using exporter = await serveExporter()
    const counts: number[] = []
    for (let round = 0; round < 10; round++) {
      const responses = await Promise.all(
        Array.from({ length: 10 }, () =>
          exporter.request('/metrics', { headers: { 'Accept-Encoding': encoding } }),
        ),
      )
      for (const { bytes, headers } of responses) {
        const text = String(encoding === 'gzip' ? gunzipSync(bytes) : bytes)
        expect(headers['content-length']).toBe(String(bytes.length))
        expect(text).toMatch(/^self 1\n/)
        const [, count = '0'] =
          /^redis_exporter_http_requests_total\{path="\/metrics",code="200"\} (\d+)$/m.exec(text) ??
          []
        counts.push(Number(count))
      }
    }

    expect(counts).toHaveLength(100)
    expect(Math.max(...counts)).toBeGreaterThan(80)
    expect(Math.min(...counts.slice(-10))).toBeGreaterThanOrEqual(90)
  },
)
