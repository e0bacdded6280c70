import { describe, expect, test } from 'vitest'
import { formatEndpoint } from '../../src/targets/address.ts'
import { configured, loginOf, mistakesOf } from '../support/configured.ts'

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

describe('the namespace', () => {
  test.each<[string[], Record<string, string>, string | undefined]>([
    [[], {}, undefined],
    [['--namespace=a'], { NAMESPACE: 'b' }, '--namespace'],
    [[], { NAMESPACE: 'b' }, 'NAMESPACE'],
    [[], { NAMESPACE: 'b', REDIS_EXPORTER_NAMESPACE: 'c' }, 'REDIS_EXPORTER_NAMESPACE'],
  ])('of %j and %j comes from %s', (args, env, from) => {
    expect(configured(args, env).namespaceFrom).toBe(from)
  })
})

describe('user and password', () => {
  const url = '--redis.addr=redis://inside:secret@localhost'
  const given = async (args: readonly string[], environment = {}) => {
    const credentials = await loginOf(configured([url, ...args], environment)).read()
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
    expect(await loginOf(configured(['--redis.password='])).read()).toEqual({})
  })

  test('a password may look like a flag', async () => {
    const credentials = await loginOf(configured(['--redis.password', '--xK7='])).read()

    expect(credentials.password?.reveal()).toBe('--xK7=')
  })

  test('a password may hold an equals sign', async () => {
    const credentials = await loginOf(configured(['--redis.password=a=b='])).read()

    expect(credentials.password?.reveal()).toBe('a=b=')
  })
})

describe('several addresses', () => {
  const namesOf = ({ addresses }: ReturnType<typeof configured>) =>
    addresses.map(({ address }) => formatEndpoint(address.endpoint))
  const loginsOf = ({ addresses }: ReturnType<typeof configured>) =>
    Promise.all(addresses.map(async ({ login }) => (await login.read()).password?.reveal()))

  test.each<[how: string, args: string[], env: Record<string, string>]>([
    ['with commas', ['--redis.addr=a,b,c'], {}],
    ['with the flag repeated', ['--redis.addr=a', '--redis.addr', 'b', '-redis.addr=c'], {}],
    ['both ways', ['--redis.addr=a,b', '--redis.addr=c'], {}],
    ['in a variable', [], { REDIS_ADDR: 'a,b,c' }],
    ['some of them twice', ['--redis.addr=a,b,a', '--redis.addr=c,a'], {}],
  ])('are given %s', (_how, args, env) => {
    const config = configured(args, env)

    expect(namesOf(config)).toEqual(['redis://a:6379', 'redis://b:6379', 'redis://c:6379'])
    expect(config.warnings).toEqual([])
  })

  test('have each the password that stands in it, for itself alone', async () => {
    const env = { REDIS_ADDR: 'redis://:one@a,redis://b,redis://:three@c' }

    expect(await loginsOf(configured([], env))).toEqual(['one', undefined, 'three'])
  })

  test('have all the password that is given on its own', async () => {
    const env = { REDIS_ADDR: 'redis://:one@a,redis://b', REDIS_PASSWORD: 'all' }

    expect(await loginsOf(configured([], env))).toEqual(['all', 'all'])
  })

  test('of which one is empty, by a variable that nobody filled in, are a mistake', () => {
    expect(mistakesOf(['--redis.addr=a', '--redis.addr='])).toEqual([
      expect.stringContaining('the value is not accepted: it is empty; give '),
    ])
    expect(mistakesOf(['--redis.addr=a,', '--redis.addr=b'])[0]).toContain('is empty')
  })

  test('of which one contradicts another are a mistake', () => {
    expect(mistakesOf(['--redis.addr=redis://a/1', '--redis.addr=redis://a/2'])).toEqual([
      '--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): redis://a:6379 is given twice, with different databases, users or passwords; give it once',
    ])
  })

  test('under two flags are one too many', () => {
    expect(mistakesOf(['--redis.addr=a', '--redis.url=b'])).toHaveLength(1)
  })
})

describe('the label that names targets', () => {
  test.each(['target', 'instance', 'redis', 'addr', 'alias'])('may be %s', (label) => {
    expect(configured([`--target-label=${label}`]).targetLabel).toBe(label)
  })

  test.each(['cmd', 'db', 'key', 'collector', 'le', 'quantile', 'instance_role', 'err', 'result'])(
    'is none that series have anyway, as %s',
    (label) => {
      expect(mistakesOf([`--target-label=${label}`])).toEqual([
        `--target-label (REDIS_EXPORTER_TARGET_LABEL): "${label}" is not accepted: series have a label of that name; give another one`,
      ])
    },
  )

  test.each(['__address__', '__x', '1a', 'a-b', 'a b', '', 'ä'])(
    'is a sound name, not %j',
    (label) => {
      expect(mistakesOf([`--target-label=${label}`])).toHaveLength(1)
    },
  )
})
