import { describe, expect, test } from 'vitest'
import { configured } from '../support/configured.ts'

describe('masters that are skipped', () => {
  const skip = ['--check-keys=a*', '--skip-checkkeys-for-role-master']
  const told =
    '--skip-checkkeys-for-role-master (REDIS_EXPORTER_SKIP_CHECKKEYS_FOR_ROLE_MASTER) leaves no keys to look at where scan.on is master, as it is with --discover; give --scan.on=replica in its place'

  test.each([[['--scan.on=master']], [['--discover=cluster']], [['--is-cluster']]])(
    'are told where nothing else is looked at: %j',
    (args) => {
      expect(configured([...skip, ...args]).warnings).toEqual([told])
    },
  )

  test.each([[[]], [['--scan.on=replica']], [['--discover=sentinel', '--scan.on=all']]])(
    'are not told where replicas are looked at: %j',
    (args) => {
      expect(configured([...skip, ...args]).warnings).toEqual([])
    },
  )
})

describe('a user without a password', () => {
  const expected =
    'a user is given and no password: nobody is logged in, so the server takes us for its user default'

  test.each<[string[], Record<string, string>]>([
    [['--redis.user=exporter'], {}],
    [[], { REDIS_USER: 'exporter' }],
    [[], { REDIS_ADDR: 'redis://exporter:@localhost' }],
    [['--redis.user=exporter'], { REDIS_PASSWORD: '' }],
  ])('is told to log nobody in: %j, %j', (args, env) => {
    expect(configured(args, env).warnings).toEqual([expected])
  })

  test.each<Record<string, string>>([
    { REDIS_USER: 'exporter', REDIS_PASSWORD: 'hunter2' },
    { REDIS_USER: 'exporter', REDIS_ADDR: 'redis://:hunter2@localhost' },
    { REDIS_ADDR: 'redis://:@localhost' },
  ])('is not what %j gives', (env) => {
    expect(configured([], env).warnings).toEqual([])
  })
})

describe('a flag that was given more than once', () => {
  test.each([
    [['--poll.interval=1s', '--poll.interval=2s'], '--poll.interval (POLL_INTERVAL)'],
    [['--check-keys=a', '-check-keys=b'], '--check-keys (REDIS_EXPORTER_CHECK_KEYS)'],
    [['--debug', '--debug=false'], '--debug (REDIS_EXPORTER_DEBUG)'],
    [['--redis.password=hunter2', '--redis.password=hunter3'], '--redis.password (REDIS_PASSWORD)'],
  ])('with different values, as by %j, is told, and not the values', (args, title) => {
    const { warnings } = configured(args)

    expect(warnings.join()).not.toContain('hunter')
    expect(warnings.filter((text) => text.includes('more than once'))).toEqual([
      `${title} was given more than once with different values; the last one counts`,
    ])
  })

  test('counts as given last, so that defaults can be overridden', () => {
    expect(configured(['--poll.interval=1s', '--poll.interval=2s']).pollInterval).toBe(2_000)
  })

  test('with the same value is not told', () => {
    expect(configured(['--poll.interval=60', '--poll.interval=1m']).warnings).toEqual([])
  })
})
