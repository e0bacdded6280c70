import { describe, expect, test } from 'vitest'
import { createRenewalLog } from '../../src/poller/renewal-log.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { recordedLog } from '../support/recorded-log.ts'

const wrong = redisError('auth', 'wrong user name or password (WRONGPASS)')
const refused = redisError('connection', 'no connection (ECONNREFUSED)')

/** What is counted and logged of renewals that end so, one after the other. */
function noted(...ends: readonly (RedisError | undefined)[]) {
  const { log, shown } = recordedLog()
  const counted: string[] = []
  const counts = { renewalFailed: (reason: string) => void counted.push(reason) }
  const note = createRenewalLog(log, counts, { connection: 'poll' })
  for (const end of ends) note(end)
  return { counted, lines: shown() }
}

test('each failure is counted, and told once until the connection is renewed', () => {
  const { counted, lines } = noted(undefined, wrong, wrong, wrong, undefined, undefined)

  expect(counted).toEqual(['auth', 'auth', 'auth'])
  expect(lines).toEqual([
    {
      level: 'warn',
      connection: 'poll',
      reason: 'auth',
      msg:
        'the connection could not be renewed, so the old one goes on until it ends: ' +
        'wrong user name or password (WRONGPASS); ' +
        'give the login that holds now (--redis.user, --redis.password-file)',
    },
    { level: 'info', connection: 'poll', msg: 'renewing the connection works again' },
  ])
})

test('one that works from the beginning is not told of', () => {
  expect(noted(undefined, undefined)).toEqual({ counted: [], lines: [] })
})

test('another reason is told of, and the same one again behind a success', () => {
  const { lines } = noted(wrong, refused, refused, undefined, refused)

  expect(lines.map(({ level, reason }) => [level, reason])).toEqual([
    ['warn', 'auth'],
    ['warn', 'connection'],
    ['info', undefined],
    ['warn', 'connection'],
  ])
})

test('the log names the cause of a failure by a mistake of ours, without its text', () => {
  const { lines } = noted(redisError('other', 'it failed', '', new TypeError('hunter2')))

  expect(lines).toMatchObject([{ level: 'warn', err: { type: 'TypeError' } }])
  expect(JSON.stringify(lines)).not.toContain('hunter2')
})

describe('what to do is told of', () => {
  test.each([
    ['connection', 'look at the server that the address leads to now'],
    ['timeout', 'look at the server that the address leads to now'],
    ['tls', 'look at the certificates (--tls-ca-cert-file, --tls-client-cert-file)'],
    ['noperm', 'grant +info (ACL SETUSER)'],
  ] as const)('%s: %s', (reason, remedy) => {
    const [line] = noted(redisError(reason, 'why')).lines

    expect(line?.msg.split(': why; ')[1]).toBe(remedy)
  })

  test('no reason that tells by itself', () => {
    expect(noted(redisError('protocol', 'why')).lines[0]?.msg).toMatch(/: why$/)
  })
})
