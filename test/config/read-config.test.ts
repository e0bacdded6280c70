import { describe, expect, test } from 'vitest'
import { configured } from '../support/configured.ts'

describe('a boolean flag', () => {
  test.each([
    [['--debug'], true],
    [['-debug'], true],
    [['--debug', 'true'], true],
    [['--debug=true'], true],
    [['--debug=TRUE'], true],
    [['--debug=t'], true],
    [['--debug=1'], true],
    [['-debug=1'], true],
    [['--debug=false'], false],
    [['--debug=False'], false],
    [['--debug=f'], false],
    [['--debug=0'], false],
    [['--debug', 'false'], false],
    [['-debug', '0'], false],
    [['--debug', '--log-format=json'], true],
    [['--debug', '-log-format', 'json'], true],
  ])('%j is %s', (args, expected) => {
    expect(configured(args).log.level).toBe(expected ? 'debug' : 'info')
  })

  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('is %s in the environment and reads %s', (text, expected) => {
    const { log } = configured([], { REDIS_EXPORTER_DEBUG: text })

    expect(log.level).toBe(expected ? 'debug' : 'info')
  })
})

describe('what follows from other settings', () => {
  test.each([
    ['1s', 1_000],
    ['9s', 9_000],
    ['10s', 10_000],
    ['1h', 10_000],
  ])('the timeout at an interval of %s is %i ms', (interval, expected) => {
    expect(configured([`--poll.interval=${interval}`]).pollTimeout).toBe(expected)
  })

  test.each([
    ['1s', 3_000],
    ['1h', 10_800_000],
  ])('the maximum age at an interval of %s is %i ms', (interval, expected) => {
    expect(configured([`--poll.interval=${interval}`]).pollMaxAge).toBe(expected)
  })

  test('debug wins over the level', () => {
    expect(configured(['--debug', '--log-level=error']).log.level).toBe('debug')
  })

  test('the level that the Go exporter calls warning is warn', () => {
    expect(configured(['--log-level=WARNING']).log.level).toBe('warn')
  })
})

describe('user and password', () => {
  const url = '--redis.addr=redis://inside:secret@localhost'
  const given = async (args: readonly string[], environment = {}) => {
    const credentials = await configured([url, ...args], environment).login.read()
    return [credentials.user, credentials.password?.reveal()]
  }

  test.each([
    ['the address', [], {}, ['inside', 'secret']],
    ['flags of their own', ['--redis.user=u', '--redis.password=p'], {}, ['u', 'p']],
    ['variables of their own', [], { REDIS_USER: 'u', REDIS_PASSWORD: 'p' }, ['u', 'p']],
    ['both: the password from outside', ['--redis.password=p'], {}, ['inside', 'p']],
    ['both: the user from outside', ['--redis.user=u'], {}, ['u', 'secret']],
    [
      'the address, when the flags are empty',
      ['--redis.user=', '--redis.password='],
      {},
      ['inside', 'secret'],
    ],
    [
      'the address, when the variables are empty',
      [],
      { REDIS_USER: '', REDIS_PASSWORD: '' },
      ['inside', 'secret'],
    ],
  ])('come from %s', async (_name, args, environment, expected) => {
    expect(await given(args, environment)).toEqual(expected)
  })

  test('an empty password alone is none', async () => {
    expect(await configured(['--redis.password=']).login.read()).toEqual({})
  })

  test('a password may look like a flag', async () => {
    const credentials = await configured(['--redis.password', '--xK7=']).login.read()

    expect(credentials.password?.reveal()).toBe('--xK7=')
  })

  test('a password may hold an equals sign', async () => {
    const credentials = await configured(['--redis.password=a=b=']).login.read()

    expect(credentials.password?.reveal()).toBe('a=b=')
  })
})
