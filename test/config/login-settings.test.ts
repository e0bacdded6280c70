import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { configured, loginOf, mistakesOf } from '../support/configured.ts'

const url = '--redis.addr=redis://inside:secret@one:7000'

test.each([
  ['the command, rather than the address', ['--redis.password-command=token x'], 'of token, x'],
  [
    'the flag, rather than the command',
    ['--redis.password-command=token', '--redis.password=given'],
    'given',
  ],
])('the password comes from %s', async (_case, args, expected) => {
  const { user, password } = await loginOf(configured([url, ...args])).read()

  expect([user, password?.reveal()]).toEqual(['inside', expected])
})

test('a command and a file together are a mistake', () => {
  const args = ['--redis.password-command=token hunter2', '--redis.password-file=x']

  expect(mistakesOf(args)).toEqual([
    '--redis.password-command (REDIS_PASSWORD_COMMAND): --redis.password-file is given as well; give one of them',
  ])
})

test('a command that a shell would have to run is a mistake that shows nothing of it', () => {
  expect(mistakesOf(['--redis.password-command=echo hunter2 | cat'])).toEqual([
    '--redis.password-command (REDIS_PASSWORD_COMMAND): the value is not accepted: no shell runs it, so what only a shell reads ($, |, &, ;, <, >, *, #, quotes that do not end) stands in quotes; give a program and its arguments, with quotes as in a shell, or a JSON list of them',
  ])
})

test.each([
  [
    'REDIS_PASSWORD',
    '--redis.password (REDIS_PASSWORD): the value is not accepted: bytes of it are no UTF-8, and a flag or a variable loses such; a password of them stands in --redis.password-file, or percent-encoded in the address; give a text in UTF-8',
  ],
  [
    'REDIS_URL',
    '--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): the value is not accepted: bytes of it are no UTF-8, and a flag or a variable loses such; in a user or a password they are written as %HH; give redis://',
  ],
  [
    'REDIS_USER',
    '--redis.user (REDIS_USER): "redis://[secret]@one" is not accepted: bytes of it are no UTF-8, and a flag or a variable loses such; a name of them stands percent-encoded in the address; give a text in UTF-8',
  ],
  [
    'REDIS_EXPORTER_SCRAPE_ALLOW',
    'bytes of it are no UTF-8, and a flag or a variable loses such; give rules',
  ],
])('a variable of which bytes were lost is a mistake that says what to do: %s', (name, said) => {
  expect(mistakesOf([], { [name]: 'redis://:p\ufffdw@one' })).toEqual([
    expect.stringContaining(said),
  ])
})

test('a command is no setting of the target, and no page shows it', () => {
  const { settings } = configured(['--redis.password-command=token hunter2'])

  expect(JSON.stringify(settings)).not.toMatch(/token|hunter2/)
})

describe('where a login comes from', () => {
  const from = (...args: string[]) => loginOf(configured(args)).from

  test('shows no secret', () => {
    const all = [
      from(url),
      from('--redis.password=secret'),
      from('--redis.password-command=token secret'),
      from('--redis.password-file=/run/file', url),
    ]

    expect(all.join('\n')).not.toMatch(/secret|token/)
    expect(all[3]).toContain('/run/file')
  })

  test('is the same for the same one', () => {
    expect(from(url)).toBe(from(url))
    expect(from('--redis.password-command=a b')).toBe(from('--redis.password-command=["a","b"]'))
  })

  test.each([
    ['another password', [url], ['--redis.addr=redis://inside:other@one:7000']],
    ['another user', [url], [url, '--redis.user=other']],
    [
      'another byte that is no UTF-8',
      ['--redis.addr=redis://:p%FF@one'],
      ['--redis.addr=redis://:p%FE@one'],
    ],
    ['another file', ['--redis.password-file=a'], ['--redis.password-file=b']],
    ['another command', ['--redis.password-command=a'], ['--redis.password-command=b']],
    [
      'another password beside a file',
      ['--redis.password-file=a'],
      ['--redis.password-file=a', url],
    ],
  ])('is another one for %s', (_case, args, others) => {
    expect(from(...args)).not.toBe(from(...others))
  })
})

test('a user with a password command is not said to log in nobody', () => {
  expect(configured(['--redis.user=a', '--redis.password-command=b']).warnings).toEqual([])
})

describe('the login of what is found', () => {
  const ofNode = async (...args: string[]) => {
    const { login } = configured(['--discover=cluster', ...args]).addresses[0] ?? {}
    const endpoint = { kind: 'tcp', host: 'node', port: 7000, tls: false } as const
    const { user, password } = (await login?.forNode?.(endpoint).read()) ?? {}
    return [user, password?.reveal()]
  }

  test.each([
    ['is that of the address', [url], ['inside', 'secret']],
    ['has another user', [url, '--discover.user=node'], ['node', 'secret']],
    ['has another password', [url, '--discover.passwords-file=f'], [undefined, 'of f']],
    [
      'has another user and password',
      [url, '--discover.user=node', '--discover.passwords-file=f'],
      ['node', 'of f'],
    ],
    [
      'has that password rather than the one for all',
      [url, '--redis.password=all', '--discover.passwords-file=f'],
      [undefined, 'of f'],
    ],
    ['is that of the file of the address', [url, '--redis.password-file=f'], ['inside', 'of f']],
  ])('%s', async (_case, args, expected) => {
    expect(await ofNode(...args)).toEqual(expected)
  })

  test.each([
    ['names', 'redis://inside@node:7000', 'own'],
    ['does not name', 'redis://inside@other:7000', 'seed'],
  ])(
    'is that of the file where it %s the node, else that of the address',
    async (_, name, expected) => {
      const text = JSON.stringify({ 'redis://inside@one:7000': 'seed', [name]: 'own' })
      const request = readConfig({
        args: ['--redis.addr=one:7000', '--redis.user=inside', '--redis.password-file=f'],
        env: {},
        collectors: [],
        passwords: { readFile: async () => text, runCommand: async () => '' },
      })
      const { login } = (request.kind === 'run' && request.config.addresses[0]) || {}
      const endpoint = { kind: 'tcp', host: 'node', port: 7000, tls: false } as const

      expect((await login?.forNode?.(endpoint).read())?.password?.reveal()).toBe(expected)
    },
  )

  test('has no password where a file for what is found names others alone', async () => {
    const request = readConfig({
      args: [url, '--discover=cluster', '--discover.passwords-file=f'],
      env: {},
      collectors: [],
      passwords: { readFile: async () => '{"other":"hunter2"}', runCommand: async () => '' },
    })
    const { login } = (request.kind === 'run' && request.config.addresses[0]) || {}
    const endpoint = { kind: 'tcp', host: 'node', port: 7000, tls: false } as const

    expect(await login?.forNode?.(endpoint).read()).toEqual({ isUnnamed: true })
  })
})
