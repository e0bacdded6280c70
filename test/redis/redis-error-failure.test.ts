import { describe, expect, test } from 'vitest'
import { fromFailure, type Reason, redisError } from '../../src/redis/redis-error.ts'

describe('a failure of Node or of the library', () => {
  test.each<[string, unknown, Reason, string]>([
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), { code: 'ECONNREFUSED' }),
      'connection',
      'no connection (ECONNREFUSED)',
    ],
    [
      'a name that is not found',
      Object.assign(new Error('getaddrinfo ENOTFOUND redis'), { code: 'ENOTFOUND' }),
      'connection',
      'no connection (ENOTFOUND)',
    ],
    [
      'a closed connection',
      new Error('Connection is closed.'),
      'connection',
      'the connection was closed',
    ],
    [
      'a certificate that has expired',
      Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
      'tls',
      'the TLS handshake failed (CERT_HAS_EXPIRED)',
    ],
    [
      'a certificate of nobody we know',
      Object.assign(new Error('unable to verify'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      'tls',
      'the TLS handshake failed (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      'a peer that does not speak TLS',
      Object.assign(new Error('wrong version number'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
      'tls',
      'the TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    [
      'a peer that speaks something else',
      new Error('Unknown RESP type: "H"'),
      'protocol',
      'the answer is not the Redis protocol',
    ],
    ['a text', 'hunter2', 'connection', 'the connection was closed'],
    ['nothing', undefined, 'connection', 'the connection was closed'],
    ['null', null, 'connection', 'the connection was closed'],
    ['a code that is no text', { code: 7 }, 'connection', 'the connection was closed'],
    [
      'a code that is a sentence',
      { code: 'pass hunter2' },
      'connection',
      'the connection was closed',
    ],
    ['a code without end', { code: 'E'.repeat(61) }, 'connection', 'the connection was closed'],
  ])('that is %s', (_case, failure, reason, message) => {
    expect(fromFailure(failure)).toMatchObject({ name: 'RedisError', reason, message })
  })

  test('keeps nothing of the error, which may hold a password in its command', () => {
    const failure = Object.assign(new Error('failed with hunter2'), {
      code: 'ECONNRESET',
      command: { name: 'auth', args: ['hunter2'] },
    })
    const error = fromFailure(failure)

    expect(Object.keys(error).sort()).toEqual(['name', 'reason'])
    expect(error.cause).toBeUndefined()
    expect(`${error.stack}${error.message}`).not.toContain('hunter2')
  })

  test('that is ours already stays the same error', () => {
    const error = redisError('timeout', 'no answer within 1 s')

    expect(fromFailure(error)).toBe(error)
  })
})
