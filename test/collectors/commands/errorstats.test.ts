import { expect, test } from 'vitest'
import { errorstats } from '../../../src/collectors/commands/errorstats.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the errors of Redis 7.0', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(errorstats, { info })).toBe(unindented`
    # TYPE redis_errors_total counter
    redis_errors_total{err="ERR"} 2
    redis_errors_total{err="NOSCRIPT"} 1
    redis_errors_total{err="WRONGTYPE"} 1
  `)
})

test('further parts of a line change nothing', async () => {
  const info = '# Errorstats\nerrorstat_ERR:since=7,count=2,last=9\n'

  expect(await collected(errorstats, { info })).toBe(unindented`
    # TYPE redis_errors_total counter
    redis_errors_total{err="ERR"} 2
  `)
})

test('a line of another kind gives no sample', async () => {
  expect(await collected(errorstats, { info: '# Errorstats\nerrors_seen:count=1\n' })).toBe('')
})

test('a line without a count gives no sample and is rejected', async () => {
  const poll = fakePoll({ info: '# Errorstats\nerrorstat_ERR:total=2\n' })

  expect(await samplesOf(errorstats, poll)).toEqual([])
  expect(poll.rejected).toEqual(['errorstat_ERR: '])
})

// Recorded from Redis 7.4.1 after replies with 140 different first words.
test('a section that was switched off is told, and is no error', async () => {
  const info = '# Errorstats\r\nerrorstat_ERRORSTATS_DISABLED:count=1\r\n'

  expect(await collected(errorstats, { info })).toBe(unindented`
    # TYPE redis_errorstats_disabled gauge
    redis_errorstats_disabled 1
  `)
})
