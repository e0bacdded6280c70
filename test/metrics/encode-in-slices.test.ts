import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { addToFamily, encode, familiesOf } from '../../src/metrics/encode.ts'
import { encodeInSlices } from '../../src/metrics/encode-in-slices.ts'
import { endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { counter, gauge, sample } from '../../src/metrics/metric.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const calls = counter('calls_total', 'Calls (a test)', ['cmd'])
const keys = gauge('keys', 'Keys (a test)')
const other = counter('other_total', 'Others (a test)')
const samples = (count: number) => [
  sample(keys, 7),
  ...Array.from({ length: count }, (_, index) => sample(calls, index, { cmd: `command${index}` })),
]
const textOf = (pieces: Awaited<ReturnType<typeof encodeInSlices>>) =>
  snapshotBytes(pieces).toString()

test('a small result is one piece, as it is written in one go', async () => {
  const pieces = await encodeInSlices('redis', familiesOf(samples(3)), () => ({ role: 'master' }))

  expect(pieces.bodies).toHaveLength(1)
  expect({ text: textOf(pieces), series: pieces.series }).toEqual(
    encode('redis', samples(3), () => ({ role: 'master' })),
  )
})

test('a large one is many, which are the same text together, plain and zipped', async () => {
  const pieces = await encodeInSlices('redis', familiesOf(samples(20_000)))
  const { text } = encode('redis', samples(20_000))
  const prepared = prepareBody(pieces.bodies)
  const zipped = Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.alloc(0))])

  expect(pieces.bodies.length).toBeGreaterThan(2)
  expect(pieces.series).toBe(20_001)
  expect(textOf(pieces) === text).toBe(true)
  expect(gunzipSync(zipped).toString() === text).toBe(true)
})

test('series that were written before stand where they came, under the header of their family', async () => {
  const families = familiesOf([sample(calls, 1, { cmd: 'get' }), sample(keys, 7)])
  const chunks = ['redis_calls_total{cmd="a"} 2\n', 'redis_calls_total{cmd="b"} 3\n'].map((text) =>
    Buffer.from(text),
  )
  const rest = 'redis_calls_total{cmd="c"} 4\n'
  addToFamily(families, { metric: calls, chunks, rest, series: 3 })
  addToFamily(families, sample(calls, 5, { cmd: 'set' }))
  addToFamily(families, { metric: other, chunks: [], rest: 'redis_other_total 6\n', series: 1 })

  const pieces = await encodeInSlices('redis', families)

  expect(pieces.series).toBe(7)
  expect(textOf(pieces)).toBe(`\
# HELP redis_calls_total Calls (a test)
# TYPE redis_calls_total counter
redis_calls_total{cmd="get"} 1
redis_calls_total{cmd="a"} 2
redis_calls_total{cmd="b"} 3
redis_calls_total{cmd="c"} 4
redis_calls_total{cmd="set"} 5
# HELP redis_keys Keys (a test)
# TYPE redis_keys gauge
redis_keys 7
# HELP redis_other_total Others (a test)
# TYPE redis_other_total counter
redis_other_total 6
`)
})

test('nothing is no piece', async () => {
  expect(await encodeInSlices('redis', familiesOf([]))).toEqual({ bodies: [], series: 0 })
})
