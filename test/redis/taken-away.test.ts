import { describe, expect, test } from 'vitest'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { isRefusalToTell } from '../../src/redis/taken-away.ts'

const unknown = fromErrorReply("ERR unknown command 'X'")
const noperm = fromErrorReply('NOPERM no')

const old = { redisVersion: '3.2.13', mode: 'standalone' }
const server = { redisVersion: '7.0.15', mode: 'standalone' }

test('what a user may not run is told of any command', () => {
  expect(isRefusalToTell('slowlog|get', noperm, server)).toBe(true)
})

test.each(['LOADING', 'MOVED 1 127.0.0.1:7000', 'ERR something is wrong'])(
  'the answer %s refuses no command',
  (reply) => {
    expect(isRefusalToTell('type', fromErrorReply(reply), server)).toBe(false)
  },
)

describe('what a server does not have is told', () => {
  test.each([
    ...['type', 'scan', 'select', 'strlen', 'getrange', 'pfcount', 'llen', 'scard', 'zcard'],
    ...['hlen', 'readonly'],
  ])('where every server has it: %s', (command) => {
    expect(isRefusalToTell(command, unknown, old)).toBe(true)
  })

  test.each(['memory|usage', 'xinfo|stream', 'xinfo|groups', 'xinfo|consumers', 'xlen'])(
    'where servers of its version have it: %s',
    (command) => {
      expect(isRefusalToTell(command, unknown, server)).toBe(true)
    },
  )

  test.each(['memory|usage', 'xinfo|stream'])('not where it is too old: %s', (command) => {
    expect(isRefusalToTell(command, unknown, old)).toBe(false)
  })

  test('not where it may be too old, since it tells no version', () => {
    const silent = { ...server, redisVersion: '' }

    expect(isRefusalToTell('memory|usage', unknown, silent)).toBe(false)
    expect(isRefusalToTell('type', unknown, silent)).toBe(true)
  })

  test.each(['slowlog|get', 'config|get', 'eval_ro'])(
    'not where it is about no key: %s',
    (command) => {
      expect(isRefusalToTell(command, unknown, server)).toBe(false)
    },
  )
})
