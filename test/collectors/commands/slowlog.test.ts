import { expect, test } from 'vitest'
import { slowlog } from '../../../src/collectors/commands/slowlog.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const server = (length: Reply, newest: Reply) => ({
  replies: { 'SLOWLOG LEN': length, 'SLOWLOG GET 1': newest },
})

test('the slow log of Redis 7.0: its length, the newest id and how long that took', async () => {
  expect(await collected(slowlog, { replies: recordedAnswer('redis-7.0.15') })).toBe(unindented`
    # TYPE redis_last_slow_execution_duration_seconds gauge
    redis_last_slow_execution_duration_seconds 0.020047
    # TYPE redis_slowlog_last_id gauge
    redis_slowlog_last_id 0
    # TYPE redis_slowlog_length gauge
    redis_slowlog_length 1
  `)
})

test('the first entry is the newest, whatever further parts it has', async () => {
  const entry = [41, 1_795_489_568, 2_500_000, ['get', 'a'], '127.0.0.1:1', '', 'new']

  expect(await collected(slowlog, server(128, [entry]))).toBe(unindented`
    # TYPE redis_last_slow_execution_duration_seconds gauge
    redis_last_slow_execution_duration_seconds 2.5
    # TYPE redis_slowlog_last_id gauge
    redis_slowlog_last_id 41
    # TYPE redis_slowlog_length gauge
    redis_slowlog_length 128
  `)
})

test('id and time are 0 for an empty slow log', async () => {
  expect(await collected(slowlog, server(0, []))).toBe(unindented`
    # TYPE redis_last_slow_execution_duration_seconds gauge
    redis_last_slow_execution_duration_seconds 0
    # TYPE redis_slowlog_last_id gauge
    redis_slowlog_last_id 0
    # TYPE redis_slowlog_length gauge
    redis_slowlog_length 0
  `)
})

test.each<[string, Reply, Reply]>([
  ['a length that is no number', '1', []],
  ['entries that are no list', 1, 'none'],
  ['an entry without a time', 1, [[41, 1_795_489_568]]],
  ['an entry with words for numbers', 1, [['41', 'now', 'long']]],
])('%s cost their own metrics only', async (_form, length, newest) => {
  const poll = fakePoll(server(length, newest))
  const samples = await slowlog.collect(poll)

  expect(samples.length).toBe(length === 1 ? 1 : 2)
  expect(poll.failedParts).toEqual([expect.stringMatching('^SLOWLOG (LEN|GET): parse: ')])
})
