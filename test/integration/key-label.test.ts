import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toBinary } from '../../src/keyspace/binary-text.ts'
import { keyLabel } from '../../src/keyspace/key-label.ts'
import { encode } from '../../src/metrics/encode.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import { startPrometheus } from '../support/prometheus.ts'
import { promtoolCheckMetrics } from '../support/promtool.ts'

const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))

/** Keys with every byte, and with characters that readers of lines and of Unicode trip over. */
const keys = [
  '',
  ...bytes,
  ...bytes.map((byte) => `x${byte}y`),
  ...['\u0080', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffd', '\ufffe', '😀', '\u{10ffff}'].map(
    toBinary,
  ),
  ...['\\n', '\\"', '"} 1\nredis_up 1', '{key="a"}', '# TYPE x gauge'],
  'a'.repeat(600),
  toBinary('ä'.repeat(2 ** 19)),
]

describe('keys of any bytes as labels', () => {
  const metric = gauge('key_size', 'The number of things in a key (tests)', ['key'])
  const labels = keys.map(keyLabel)
  const body = encode(
    'redis',
    labels.map((key, index) => sample(metric, index, { key })),
  ).text

  it('give a body without fault', () => {
    expect(checkExposition(Buffer.from(body))).toEqual([])
  })

  it('give a body that promtool is content with', async () => {
    expect(await promtoolCheckMetrics(body)).toBe('')
  })

  describe('scraped by a real Prometheus', () => {
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').end(body)
    })
    beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
    afterAll(() => new Promise<unknown>((resolve) => server.close(resolve).closeAllConnections()))

    it('are all there, as they were given', async () => {
      const { port } = server.address() as AddressInfo
      await using prometheus = await startPrometheus([
        { job: 'keys', address: `127.0.0.1:${port}` },
      ])
      const found = await eventually(
        async () => {
          const results = await prometheus.query('redis_key_size')
          if (results.length === 0) throw new Error('nothing was scraped yet')
          return results
        },
        { within: 20_000 },
      )

      const byValue = new Map(found.map(({ labels: { key }, value }) => [value, key]))
      // To Prometheus an empty label is none.
      expect(labels.map((_, index) => byValue.get(index) ?? '')).toEqual(labels)
    })
  })
})
