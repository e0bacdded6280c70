import { expect, test } from 'vitest'
import { encodeBodyAtOnce } from '../../src/metrics/encoded-body.ts'
import { mostReadBytes, mostReadSeries, readSeries } from '../../src/metrics/read-series.ts'

const bodies = (...texts: readonly string[]) => texts.map(encodeBodyAtOnce)

async function seriesOf(all: ReturnType<typeof bodies>, name: string) {
  return (await readSeries(all, [name])).get(name)
}

const text = `# HELP redis_a It
# TYPE redis_a gauge
redis_a 1
# HELP redis_keys Those
# TYPE redis_keys gauge
redis_keys{db="db0",key="one"} 5
redis_keys{db="db1",key="two"} 1e+06
# HELP redis_keys_more Others
# TYPE redis_keys_more gauge
redis_keys_more{key="three"} 7
`

test('the series of one family are read, and those of no other', async () => {
  expect(await seriesOf(bodies(text), 'redis_keys')).toEqual([
    { labels: { db: 'db0', key: 'one' }, value: 5 },
    { labels: { db: 'db1', key: 'two' }, value: 1_000_000 },
  ])
})

test('a series without labels has none', async () => {
  expect(await seriesOf(bodies(text), 'redis_a')).toEqual([{ labels: {}, value: 1 }])
})

test('a family that is not there has no series', async () => {
  expect(await seriesOf(bodies(text), 'redis_key')).toEqual([])
  expect(await seriesOf([], 'redis_keys')).toEqual([])
})

test('a family goes on in the next body, its header may stand in a body of its own', async () => {
  const [header = '', ...lines] = ['# TYPE redis_b gauge\n', 'redis_b{n="1"} 1\n', 'redis_b 2\n']

  expect(await seriesOf(bodies('redis_x 1\n', header, ...lines, text), 'redis_b')).toEqual([
    { labels: { n: '1' }, value: 1 },
    { labels: {}, value: 2 },
  ])
})

test('what stands behind a backslash is read as it was meant, whatever else is in a label', async () => {
  const line = 'redis_b{n="a\\"} 9\\\\b\\nc # TYPE redis_c, {}="} 3\n'

  expect(await seriesOf(bodies(`# TYPE redis_b gauge\n${line}`), 'redis_b')).toEqual([
    { labels: { n: 'a"} 9\\b\nc # TYPE redis_c, {}=' }, value: 3 },
  ])
})

test('whatever may stand as a value is read', async () => {
  const texts = ['NaN', '+Inf', '-Inf', '-2.5e-07', 'what']
  const lines = texts.map((value) => `redis_b ${value}\n`).join('')
  const found = await seriesOf(bodies(`# TYPE redis_b gauge\n${lines}`), 'redis_b')

  const nan = Number.NaN
  expect(found?.map(({ value }) => value)).toEqual([nan, Infinity, -Infinity, -2.5e-7, nan])
})

test('several families are read in one go', async () => {
  const found = await readSeries(bodies(text), ['redis_keys_more', 'redis_none', 'redis_a'])

  expect([...found].map(([name, series]) => [name, series.length])).toEqual([
    ...[
      ['redis_keys_more', 1],
      ['redis_none', 0],
      ['redis_a', 1],
    ],
  ])
})

test('of a histogram nothing is read', async () => {
  const lines = `# TYPE redis_h histogram
redis_h_bucket{cmd="get",le="1"} 2
redis_h_sum{cmd="get"} 1.5
redis_h_count{cmd="get"} 3
`
  expect(await seriesOf(bodies(lines), 'redis_h')).toEqual([])
})

test('of a large family so many are read', async () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `redis_b{n="${index}"} 1\n`).join('')

  expect(await seriesOf(bodies(`# TYPE redis_b gauge\n${lines}`), 'redis_b')).toHaveLength(
    mostReadSeries,
  )
})

test('of a family with long labels no more is read than of one with many', async () => {
  const line = `redis_keys{key="${'x'.repeat(4_000)}"} 1\n`
  const all = `# TYPE redis_keys gauge\n${line.repeat(1_000)}`

  expect(await seriesOf(bodies(all), 'redis_keys')).toHaveLength(
    Math.floor(mostReadBytes / line.length),
  )
})
