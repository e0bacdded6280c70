import { expect, test } from 'vitest'
import { infoTableCollector } from '../../../src/collectors/reading/info-parts.ts'
import { rowsOf } from '../../../src/collectors/reading/info-table.ts'
import { encode } from '../../../src/metrics/encode.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'

const row = rowsOf('stats')
const table = infoTableCollector({
  name: 'example',
  help: 'an example',
  rows: [
    row.gauge('used', 'used_bytes', 'What is used'),
    row.counter('done', 'done_total', 'What was done', (text) => text.length),
  ],
})

test('a row declares its metric with the section and the field in the help text', async () => {
  const samples = await table.collect(fakePoll({ info: '# Stats\nused:5\n' }))

  expect(encode('redis', samples).text).toBe(
    '# HELP redis_used_bytes What is used (INFO stats: used)\n' +
      '# TYPE redis_used_bytes gauge\n' +
      'redis_used_bytes 5\n',
  )
})

test('a row may read its value in a way of its own', async () => {
  expect(await collected(table, { info: '# Stats\ndone:abc\n' })).toBe(
    '# TYPE redis_done_total counter\nredis_done_total 3\n',
  )
})

test('a field that the server did not send gives no sample and is no mistake', async () => {
  const poll = fakePoll({ info: '# Stats\nother:5\n' })

  expect(await table.collect(poll)).toEqual([])
  expect(poll.rejected).toEqual([])
})

test.each(['', 'many', '5 ', '1,5', '0x10', '1_000', '5MB', 'Infinity'])(
  'the value "%s" cannot be read: it is rejected, never guessed as 0',
  async (value) => {
    const poll = fakePoll({ info: `# Stats\nused:${value}\n` })

    expect(await table.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([`used: ${value}`])
  },
)

test.each([
  ['ok', 1],
  ['true', 1],
  ['err', 0],
  ['fail', 0],
  ['false', 0],
])('the word %s is read as %d', async (word, value) => {
  expect(await collected(table, { info: `# Stats\nused:${word}\n` })).toBe(
    `# TYPE redis_used_bytes gauge\nredis_used_bytes ${value}\n`,
  )
})

test('the own section of a field beats all others', async () => {
  const info = '# Server\nused:1\n# Stats\nused:2\n# Memory\nused:3\n'

  expect(await collected(table, { info })).toContain('redis_used_bytes 2\n')
})

test('a field that a look-alike of Redis prints in another section is found there', async () => {
  expect(await collected(table, { info: '# Server\nused:1\n' })).toContain('redis_used_bytes 1\n')
})

test('a field that comes twice in its section counts as it came last', async () => {
  expect(await collected(table, { info: '# Stats\nused:1\nused:2\n' })).toBe(
    '# TYPE redis_used_bytes gauge\nredis_used_bytes 2\n',
  )
})
