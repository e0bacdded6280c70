import { describe, expect, test } from 'vitest'
import { server, startWalk, string, visitAll } from '../../support/check-keys-walk.ts'
import { textOf } from '../../support/fake-poll.ts'

describe('a string', () => {
  test.each([
    ['12.5', 'redis_key_value{db="db0",key="a"} 12.5'],
    ['0x1p4', 'redis_key_value{db="db0",key="a"} 16'],
    ['on', 'redis_key_value_as_string{db="db0",key="a",val="on"} 1'],
    [
      'HYLLO, HyperLogLog',
      'redis_key_value_as_string{db="db0",key="a",val="HYLLO, HyperLogLog"} 1',
    ],
    ['HYLL', 'redis_key_value_as_string{db="db0",key="a",val="HYLL"} 1'],
  ])('%j gives its value and its length', async (value, line) => {
    const { samples, trips } = await visitAll(['a'], string('a', value))

    expect(textOf(samples)).toContain(line)
    expect(textOf(samples)).toContain(`redis_key_size{db="db0",key="a"} ${value.length}\n`)
    expect(trips).toHaveLength(2)
  })

  test('that is empty has a size and no value', async () => {
    const { samples } = await visitAll(['a'], string('a', ''))

    expect(samples.map(({ metric, value }) => [metric.name, value])).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', 0],
    ])
  })

  test('that is long is asked for its length afterwards', async () => {
    const answers = { ...string('a', '1'.repeat(512)), 'STRLEN a': 7_000 }
    const { samples, trips } = await visitAll(['a'], answers)

    expect(textOf(samples)).toContain('redis_key_size{db="db0",key="a"} 7000')
    expect(textOf(samples)).toContain('redis_key_value_as_string')
    expect(trips.at(-1)).toEqual(['STRLEN a'])
  })

  test('that was long and is gone by then has no size', async () => {
    const { samples } = await visitAll(['a'], { ...string('a', 'x'.repeat(512)), 'STRLEN a': 0 })

    expect(samples.map(({ metric }) => metric.name)).not.toContain('key_size')
  })

  const hyperLogLog = (count: string) => `HYLL\x01\0\0\0${count}${'\0'.repeat(20)}`
  const sizes = (samples: Awaited<ReturnType<typeof visitAll>>['samples']) =>
    samples.map(({ metric, value }) => [metric.name, value])

  test.each([
    ['\x09\0\0\0\0\0\0\0', 9],
    ['\x39\x30\0\0\0\0\0\0', 12_345],
    ['\xff\xff\xff\xff\xff\xff\x1f\0', Number.MAX_SAFE_INTEGER],
  ])('that is a HyperLogLog has the count of its header and no value', async (count, expected) => {
    const { samples, trips } = await visitAll(['a'], string('a', hyperLogLog(count)))

    expect(sizes(samples)).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', expected],
    ])
    expect(trips).toHaveLength(2)
  })

  test('that is a HyperLogLog whose count is out of date is counted by two names, which writes nothing', async () => {
    const { samples, trips } = await visitAll(['a'], {
      ...string('a', hyperLogLog('\x05\0\0\0\0\0\0\x80')),
      'PFCOUNT a a': 9,
    })

    expect(sizes(samples)).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', 9],
    ])
    expect(trips.at(-1)).toEqual(['PFCOUNT a a'])
  })

  test('that begins as a HyperLogLog but is too short for one is a string', async () => {
    const { trips } = await visitAll(['a'], string('a', `HYLL\0${'\0'.repeat(20)}`))

    expect(trips).toHaveLength(2)
  })

  test('without values is asked for its length and for its beginning', async () => {
    const { visitor, take } = startWalk(undefined, '--disable-exporting-key-values')
    const { trips, read } = server({
      'TYPE a': 'string',
      'MEMORY USAGE a': 100,
      'GETRANGE a 0 15': '5',
      'STRLEN a': 1,
    })
    const samples = take(await visitor.visit(0, ['a'], read))

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_memory_usage_bytes', 'key_size'])
    expect(trips[1]).toEqual(['MEMORY USAGE a', 'GETRANGE a 0 15', 'STRLEN a'])
  })
})
