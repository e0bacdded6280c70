import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { configured, loginOf, mistakesOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

describe('what only shows something', () => {
  test.each(['help', 'version', 'acl'] as const)('--%s takes true and false', (kind) => {
    const ask = (value: string) =>
      readConfig({ args: [`--${kind}=${value}`], env: {}, collectors: allCollectors }).kind

    expect(ask('true')).toBe(kind)
    expect(ask('false')).toBe('run')
    expect(mistakesOf([`--${kind}=hunter2`])).toEqual([
      `--${kind}: the value is not accepted; give true or false`,
    ])
  })
})

describe('a flag and its value in one argument', () => {
  test.each([
    ['--redis.addr redis://:hunter2@a', '--redis.addr'],
    ['-debug true', '--debug'],
    ['--redis.password: hunter2', '--redis.password'],
  ])('as in %j are told to stand apart, without the value', (arg, name) => {
    expect(mistakesOf([arg])).toEqual([
      `${name}: the value stands behind an equals sign or in an argument of its own`,
    ])
  })
})

describe('a flag that does not exist', () => {
  test('is named as it was given', () => {
    expect(mistakesOf(['---debug'])).toEqual([
      '---debug: there is no such flag; did you mean --debug?',
    ])
  })

  test.each([
    ['--redis.adr=localhost', '--redis.adr', '--redis.addr'],
    ['-redis.pasword=x', '--redis.pasword', '--redis.password'],
    ['--poll-interval=1s', '--poll-interval', '--poll.interval'],
    ['--collect.latency_histogram', '--collect.latency_histogram', '--collect.latency-histogram'],
    ['-DEBUG', '--DEBUG', '--debug'],
    ['--verison', '--verison', '--version'],
    ['--addr=localhost', '--addr', '--redis.addr'],
    ['--listen-address=:1', '--listen-address', '--web.listen-address'],
    ['--tls-ca-cert=a.pem', '--tls-ca-cert', '--tls-ca-cert-file'],
    ['--include-config', '--include-config', '--include-config-metrics'],
    ['--redis.passwordfile=a', '--redis.passwordfile', '--redis.password-file'],
    ['--password-file=a', '--password-file', '--redis.password-file'],
    ['--redis.pasword-file=a', '--redis.pasword-file', '--redis.password-file'],
  ])('as in %s is named with the one that was meant', (arg, given, nearest) => {
    expect(mistakesOf([arg])).toEqual([`${given}: there is no such flag; did you mean ${nearest}?`])
  })

  test.each([
    '--none',
    '--interval',
    '--test',
    '--password',
    '--redis.password-path',
    '--redis.password-env',
    '--cache-dir',
    '--conf.d',
    '--x',
  ])('as in %s, which may mean anything, is named alone', (arg) => {
    expect(mistakesOf([`${arg}=a`])).toEqual([`${arg}: there is no such flag; see --help`])
  })

  test('takes the word behind it along, and no more', () => {
    expect(mistakesOf(['--none', 'value', '--debug=maybe'])).toHaveLength(2)
  })
})

test.each([
  [['stray'], ['argument 1: only flags are accepted here']],
  [['--debug=true', 'stray'], ['argument 2: only flags are accepted here']],
  [['--redis.password', 'stray', 'stray'], ['argument 3: only flags are accepted here']],
  [['--debug', 'true', 'true'], ['argument 3: only flags are accepted here']],
  [['--', '-debug'], ['argument 2: only flags are accepted here']],
  [
    ['stray', '--debug', 'stray'],
    [
      'argument 1: only flags are accepted here',
      '--debug (REDIS_EXPORTER_DEBUG): "stray" is not accepted; give true or false',
    ],
  ],
  [
    ['stray', 'stray'],
    ['argument 1: only flags are accepted here', 'argument 2: only flags are accepted here'],
  ],
  [
    ['', '-'],
    ['argument 1: only flags are accepted here', 'argument 2: only flags are accepted here'],
  ],
])('words without a flag are told by their place: %j', (args, expected) => {
  expect(mistakesOf(args)).toEqual(expected)
})

test.each(['--redis.addr', '--redis.password', '--poll.interval', '--log-level'])(
  '%s needs its value',
  (flag) => {
    expect(mistakesOf(['--debug', flag])).toEqual([`${flag}: the value is missing`])
  },
)

test.each([
  [['--web.listen-address=:9121', '--redis.addr']],
  [['--redis.addr=a', '--redis.addr=b', '--redis.user']],
  [['--poll.interval=1s', '--poll.interval=2s', '--redis.addr']],
  [['stray', '--redis.addr']],
])('a value that is missing at the end makes no other mistake: %j', (args) => {
  const others = mistakesOf(args.slice(0, -1))

  expect(mistakesOf(args)).toEqual([`${args.at(-1)}: the value is missing`, ...others])
})

describe('a flag where a value was to stand', () => {
  test.each([
    [['--redis.password', '--debug'], '--redis.password', '--debug'],
    [['--redis.user', '--redis.password=hunter2'], '--redis.user', '--redis.password'],
    [['-check-keys', '-count-keys', 'a*'], '--check-keys', '--count-keys'],
    [['--poll.interval', '--acl'], '--poll.interval', '--acl'],
    [['--script', '--help=false'], '--script', '--help'],
  ])('is told, and taken for a flag: %j', (args, flag, behind) => {
    expect(mistakesOf(args)).toEqual([
      `${flag}: the value is missing, since ${behind} behind it is a flag; a value that reads so stands behind an equals sign`,
    ])
  })

  test('is not read with what stands behind its equals sign, which may be of a password', () => {
    for (const word of ['--debug=hunter2', '--redis.addr=http://hunter2', '-acl=hunter2'])
      expect(mistakesOf(['--redis.password', word]).join('\n')).toMatch(
        /^--redis.password: the value is missing, since [^\n]*$/,
      )
  })

  test('is a value where it stands behind an equals sign, or is no flag that we know', async () => {
    const config = configured(['--redis.password=--debug', '--check-keys', '--not-ours'])

    const { password } = await loginOf(config).read()
    expect(password?.reveal()).toBe('--debug')
    expect(config.settings.checkKeys).toEqual([{ database: 0, pattern: '--not-ours' }])
  })
})

test.each(['-h', '--h', '-help', '--help'])('%s asks for help', (flag) => {
  expect(readConfig({ args: [flag], env: {}, collectors: allCollectors }).kind).toBe('help')
})

test.each([['--help'], ['--version']])('%s is answered whatever else is wrong', (flag) => {
  const args = ['--poll.interval=0', flag, '--none']

  expect(readConfig({ args, env: {}, collectors: allCollectors }).kind).toBe(flag.slice(2))
})
