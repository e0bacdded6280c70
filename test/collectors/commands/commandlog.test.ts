import { expect, test } from 'vitest'
import { commandlog } from '../../../src/collectors/commands/commandlog.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type Answer, collected, fakePoll } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

const parameters = [
  'commandlog-execution-slower-than',
  'commandlog-slow-execution-max-len',
  'commandlog-request-larger-than',
  'commandlog-large-request-max-len',
  'commandlog-reply-larger-than',
  'commandlog-large-reply-max-len',
]

const valkey = {
  'COMMANDLOG LEN slow': 3,
  'COMMANDLOG LEN large-request': 2,
  'COMMANDLOG LEN large-reply': 1,
  [`CONFIG GET ${parameters.join(' ')}`]: [
    ...['commandlog-execution-slower-than', '10000', 'commandlog-slow-execution-max-len', '128'],
    ...['commandlog-request-larger-than', '1048576', 'commandlog-large-request-max-len', '127'],
    ...['commandlog-reply-larger-than', '1048575', 'commandlog-large-reply-max-len', '126'],
  ],
} satisfies Record<string, Answer>

test('the lengths and limits of the three logs of Valkey 8.1', async () => {
  expect(await collected(commandlog, { replies: valkey })).toBe(unindented`
    # TYPE redis_commandlog_execution_slower_than gauge
    redis_commandlog_execution_slower_than 10000
    # TYPE redis_commandlog_large_reply_length gauge
    redis_commandlog_large_reply_length 1
    # TYPE redis_commandlog_large_reply_max_len gauge
    redis_commandlog_large_reply_max_len 126
    # TYPE redis_commandlog_large_request_length gauge
    redis_commandlog_large_request_length 2
    # TYPE redis_commandlog_large_request_max_len gauge
    redis_commandlog_large_request_max_len 127
    # TYPE redis_commandlog_reply_larger_than gauge
    redis_commandlog_reply_larger_than 1048575
    # TYPE redis_commandlog_request_larger_than gauge
    redis_commandlog_request_larger_than 1048576
    # TYPE redis_commandlog_slow_execution_max_len gauge
    redis_commandlog_slow_execution_max_len 128
    # TYPE redis_commandlog_slow_length gauge
    redis_commandlog_slow_length 3
  `)
})

test('a log that is switched off has the limit -1', async () => {
  const limits = ['commandlog-request-larger-than', '-1']
  const replies = { ...valkey, [`CONFIG GET ${parameters.join(' ')}`]: limits }

  expect(await collected(commandlog, { replies })).toContain(
    'redis_commandlog_request_larger_than -1\n',
  )
})

test('a length that is no number costs no limit', async () => {
  const poll = fakePoll({ replies: { ...valkey, 'COMMANDLOG LEN slow': 'three' } })
  const samples = await commandlog.collect(poll)

  expect(samples).toHaveLength(6)
  expect(poll.failedParts).toEqual(['COMMANDLOG LEN: parse: COMMANDLOG LEN gave no number'])
})

test('limits that the user may not read cost no length', async () => {
  const poll = fakePoll({
    replies: (command) => (command[0] === 'CONFIG' ? fromErrorReply('NOPERM no') : 1),
  })
  const samples = await commandlog.collect(poll)

  expect(samples).toHaveLength(3)
  expect(poll.failedParts).toEqual([expect.stringMatching('^CONFIG GET: noperm: ')])
})

test('the limits are missing, and the lengths are there, on a server without CONFIG', async () => {
  const poll = fakePoll({ commands: ['commandlog'], replies: () => 1 })
  const samples = await commandlog.collect(poll)

  expect(samples.map(({ metric }) => metric.name)).toEqual([
    'commandlog_slow_length',
    'commandlog_large_request_length',
    'commandlog_large_reply_length',
  ])
})
