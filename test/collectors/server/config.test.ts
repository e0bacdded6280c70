import { describe, expect, test } from 'vitest'
import { config } from '../../../src/collectors/server/config.ts'
import { redisError } from '../../../src/redis/redis-error.ts'
import { withoutConfig } from '../../../src/redis/renamed-command.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const command =
  'CONFIG GET io-threads maxclients maxmemory repl-backlog-size client-output-buffer-limit'

test('the limits of Redis 7.0 as configured', async () => {
  expect(await collected(config, { replies: recordedAnswer('redis-7.0.15') })).toBe(unindented`
    # TYPE redis_config_client_output_buffer_limit_bytes gauge
    redis_config_client_output_buffer_limit_bytes{class="normal",limit="hard"} 0
    redis_config_client_output_buffer_limit_bytes{class="normal",limit="soft"} 0
    redis_config_client_output_buffer_limit_bytes{class="slave",limit="hard"} 268435456
    redis_config_client_output_buffer_limit_bytes{class="slave",limit="soft"} 67108864
    redis_config_client_output_buffer_limit_bytes{class="pubsub",limit="hard"} 33554432
    redis_config_client_output_buffer_limit_bytes{class="pubsub",limit="soft"} 8388608
    # TYPE redis_config_client_output_buffer_limit_overcome_seconds gauge
    redis_config_client_output_buffer_limit_overcome_seconds{class="normal",limit="soft"} 0
    redis_config_client_output_buffer_limit_overcome_seconds{class="slave",limit="soft"} 60
    redis_config_client_output_buffer_limit_overcome_seconds{class="pubsub",limit="soft"} 60
    # TYPE redis_config_io_threads gauge
    redis_config_io_threads 1
    # TYPE redis_config_maxclients gauge
    redis_config_maxclients 10000
    # TYPE redis_config_maxmemory gauge
    redis_config_maxmemory 0
    # TYPE redis_config_repl_backlog_size gauge
    redis_config_repl_backlog_size 1048576
  `)
})

test('a parameter that the server lacks gives no sample', async () => {
  expect(await collected(config, { replies: { [command]: ['maxclients', '5'] } })).toBe(unindented`
    # TYPE redis_config_maxclients gauge
    redis_config_maxclients 5
  `)
})

test('a group of limits that is cut short is rejected, the whole ones before it count', async () => {
  const limits = 'normal 1 2 3 slave 4 5'
  const poll = fakePoll({ replies: { [command]: ['client-output-buffer-limit', limits] } })
  const samples = await config.collect(poll)

  expect(samples.map(({ labels, value }) => [labels.class, labels.limit, value])).toEqual([
    ['normal', 'hard', 1],
    ['normal', 'soft', 2],
    ['normal', 'soft', 3],
  ])
  expect(poll.rejected).toEqual([`client-output-buffer-limit: ${limits}`])
})

test.each(['normal x 2 3', 'normal 1 x 3', 'normal 1 2 x'])(
  'the limits "%s", with a word for a number, are rejected as a whole',
  async (limits) => {
    const poll = fakePoll({ replies: { [command]: ['client-output-buffer-limit', limits] } })

    expect(await config.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([`client-output-buffer-limit: ${limits}`])
  },
)

test('a number that is none is rejected', async () => {
  const poll = fakePoll({ replies: { [command]: ['maxmemory', '100mb'] } })

  expect(await config.collect(poll)).toEqual([])
  expect(poll.rejected).toEqual(['maxmemory: 100mb'])
})

describe('CONFIG under a name that the server does not know', () => {
  const settings = { configCommand: 'NOSUCH' }
  const missed = 'the server has no command of the name in --config-command'

  test('is a failure, and is not sent, where the server says so', async () => {
    const poll = fakePoll({ settings, commands: ['info'] })
    const server = withoutConfig(poll.server, 'NOSUCH')

    expect(config.appliesTo?.(server)).toBe(true)
    await expect(config.collect({ ...poll, server })).rejects.toMatchObject({
      reason: 'other',
      message: missed,
    })
    expect(poll.commands).toEqual([])
  })

  test('is a failure where the server cannot say what it has', async () => {
    const unknown = redisError('unknown_command', 'the server does not know the command')
    const poll = fakePoll({ settings, replies: () => unknown })

    await expect(config.collect(poll)).rejects.toMatchObject({ reason: 'other', message: missed })
  })

  test.each([
    ['CONFIG', 'standalone'],
    ['-', 'standalone'],
    ['NOSUCH', 'sentinel'],
  ])('is not what %s is to a %s without CONFIG', (name, mode) => {
    const { server } = fakePoll({ info: `# Server\r\nredis_mode:${mode}\r\n`, commands: ['info'] })

    expect(config.appliesTo?.(withoutConfig(server, name))).toBe(false)
  })
})
