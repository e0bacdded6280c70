import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { mistakesOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const addresses =
  'redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], ' +
  'unix:///path, host[:port] or [IPv6]:port; several with commas between them'

describe('a value that is not accepted is named with what is', () => {
  test.each([
    [
      '--poll.interval=1.5s',
      '--poll.interval (POLL_INTERVAL): "1.5s" is not accepted; give a whole number of seconds from 1s to 1h, such as 15s or 1m30s; a bare number is seconds',
    ],
    [
      '--poll.timeout=soon',
      '--poll.timeout (POLL_TIMEOUT): "soon" is not accepted; give a duration from 10ms to 1h, such as 15s, 1m30s or 500ms; a bare number is seconds',
    ],
    [
      '--poll.max-age=25h',
      '--poll.max-age (POLL_MAX_AGE): "25h" is not accepted; give a duration from 1s to 24h, such as 15s, 1m30s or 500ms; a bare number is seconds',
    ],
    [
      '--namespace=my-redis',
      '--namespace (REDIS_EXPORTER_NAMESPACE, NAMESPACE): "my-redis" is not accepted; give letters, digits and underscores that do not begin with a digit',
    ],
    [
      '--web.listen-address=9121',
      '--web.listen-address (REDIS_EXPORTER_WEB_LISTEN_ADDRESS): "9121" is not accepted; give :port, host:port or [IPv6]:port, with a port from 0 to 65535, or unix:///path of 107 bytes at most; several with commas between them',
    ],
    [
      '--web.telemetry-path=metrics',
      '--web.telemetry-path (REDIS_EXPORTER_WEB_TELEMETRY_PATH): "metrics" is not accepted; give a path such as /metrics, other than /health, /healthz, /ready',
    ],
    [
      '--log-level=loud',
      '--log-level (REDIS_EXPORTER_LOG_LEVEL): "loud" is not accepted; give one of trace, debug, info, warn, warning, error, fatal',
    ],
    [
      '--log-format=xml',
      '--log-format (REDIS_EXPORTER_LOG_FORMAT): "xml" is not accepted; give one of txt, json',
    ],
    [
      '--debug=maybe',
      '--debug (REDIS_EXPORTER_DEBUG): "maybe" is not accepted; give true or false',
    ],
    [
      '--collect.memory=maybe',
      '--collect.memory (REDIS_EXPORTER_COLLECT_MEMORY): "maybe" is not accepted; give true or false',
    ],
    [
      '--check-keys=db1=a,dbx=b',
      '--check-keys (REDIS_EXPORTER_CHECK_KEYS): "db1=a,dbx=b" is not accepted; give patterns separated by commas, each pattern or db3=pattern, quoted as in CSV; + is a blank and %2B a plus',
    ],
    [
      '--check-key-groups=^(.*):[^:]*$,^(.*_',
      '--check-key-groups (REDIS_EXPORTER_CHECK_KEY_GROUPS): "^(.*):[^:]*$,^(.*_" is not accepted; give valid Lua patterns separated by commas, quoted as in CSV',
    ],
    [
      '--redis.addr=localhost:0',
      `--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): the value is not accepted; give ${addresses}`,
    ],
    [
      '--config-command=my config',
      '--config-command (REDIS_EXPORTER_CONFIG_COMMAND): "my config" is not accepted; give the name of a command, or -',
    ],
  ])('%s', (arg, expected) => {
    expect(mistakesOf([arg])).toEqual([expected])
  })

  test('from the environment too', () => {
    expect(mistakesOf([], { POLL_INTERVAL: '0' })).toEqual([
      expect.stringMatching(/^--poll.interval \(POLL_INTERVAL\): "0" is not accepted; give /),
    ])
  })
})

describe('of several variables is said which one is not accepted', () => {
  test.each([
    ['NAMESPACE', 'my-team', '"my-team" is not accepted; '],
    ['REDIS_EXPORTER_NAMESPACE', '1a', '"1a" is not accepted; '],
    ['REDIS_URL', 'http://:hunter2@a', 'the value is not accepted: '],
    ['REDIS_EXPORTER_POLL_INTERVAL', '0', '"0" is not accepted; '],
  ])('%s', (name, text, expected) => {
    const [mistake = ''] = mistakesOf([], { [name]: text })

    expect(mistake).toContain(`): ${expected}`)
    expect(mistake).toMatch(new RegExp(`; it comes from ${name}$`))
    expect(mistake).not.toContain('hunter2')
  })
})

describe('an address that is not accepted is told with what is wrong', () => {
  const severalAddresses = 'between several addresses stands a comma'
  const unclear =
    'it is not clear where its addresses begin; behind a comma one with a user, a password or a path begins with its scheme, and a comma in a password is written %2C'
  const longPath = 'the path of a socket has 107 bytes at most'
  const noHost = 'it is a port without a host; for this machine write localhost:6379'

  test.each([
    ['a,,b', 'one of its addresses is empty'],
    ['redis://a:6379, ', 'one of its addresses is empty'],
    [',a', 'one of its addresses is empty'],
    [',', 'one of its addresses is empty'],
    ['redis://:secret@a,', 'one of its addresses is empty'],
    ['a,b:99999', 'of its addresses, number 2 is none'],
    ['a, redis://', 'of its addresses, number 2 is none'],
    [
      'a,http://b,c',
      `of its addresses, number 2 is none: its scheme is not one of these; with TLS it is rediss://`,
    ],
    ['a,:secret@b,c', unclear],
    ['redis://user:12,secret@a,redis://b', unclear],
    ['unix:///run/a,b.sock,redis://c', unclear],
    ['a:1 b:2', severalAddresses],
    ['redis://a;redis://b', severalAddresses],
    ['redis://a redis://b', severalAddresses],
    ['$(REDIS_HOST):6379', 'it holds a variable that nobody put in'],
    ['redis://{{ .Values.host }}', 'it holds a variable that nobody put in'],
    ['http://localhost', 'its scheme is not one of these; with TLS it is rediss://'],
    ['tls://:secret@a:6379', 'its scheme is not one of these; with TLS it is rediss://'],
    ['redis-sentinel://a', 'its scheme is not one of these; with TLS it is rediss://'],
    ['/run/redis.sock', 'the path of a socket begins with unix://'],
    [`unix:///${'ü'.repeat(60)}`, longPath],
    [`unix://user:p@ss@/${'x'.repeat(110)}?db=1`, longPath],
    ['::1', 'an IPv6 address stands in brackets, as in [::1]:6379'],
    ['redis://fe80::1:6379', 'an IPv6 address stands in brackets, as in [::1]:6379'],
    ['6379', noHost],
    [':6379', noHost],
    ['redis://6379', noHost],
    ['redis://:secret@6379', noHost],
    ['6379/0', noHost],
    ['"redis://a"', 'it begins or ends with a quote or a blank'],
    ['redis://a\n', 'it begins or ends with a quote or a blank'],
    ['redis://a?protocol=3', 'behind the port there may be /db or ?db=, and nothing else'],
  ])('%j', (text, why) => {
    expect(mistakesOf([], { REDIS_ADDR: text })).toEqual([
      `--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): the value is not accepted: ${why}; give ${addresses}; it comes from REDIS_ADDR`,
    ])
  })
})

describe('the maximum age', () => {
  test.each(['15s', '14s', '1s'])('must exceed the interval: %s does not', (age) => {
    expect(mistakesOf([`--poll.max-age=${age}`])).toEqual([
      `--poll.max-age (POLL_MAX_AGE): "${age}" is not accepted; give more than the poll interval`,
    ])
  })

  test.each([
    [['--scan.max-age=1m']],
    [['--scan.max-age=59s']],
    [['--scan.max-age=60s', '--poll.interval=1m']],
    [['--scan.max-age=60s', '--scan.interval=1m']],
  ])('of scans must exceed theirs: that of %j does not', (args) => {
    expect(mistakesOf(args)).toEqual([
      expect.stringMatching(
        /^--scan\.max-age \(SCAN_MAX_AGE\): .*; give more than the scan interval$/,
      ),
    ])
  })

  test('may exceed it by as little as one can say', () => {
    expect(mistakesOf(['--poll.max-age=15001ms', '--scan.max-age=60001ms'])).toEqual([])
  })

  test('is told beside other mistakes', () => {
    expect(mistakesOf(['--poll.max-age=5s', '--debug=maybe'])).toHaveLength(2)
  })

  test('is no mistake of its own when the interval is one', () => {
    expect(mistakesOf(['--poll.max-age=5s', '--poll.interval=0'])).toHaveLength(1)
  })
})

describe('a value of any form is shown in one short line', () => {
  test.each([
    ['of any length', 'x'.repeat(100_000), `"${'x'.repeat(200)}…"`],
    ['with line breaks', '5\ns\r', '"5\\u{a}s\\u{d}"'],
    ['with what turns the text around', '\u202e5s', '"\\u{202e}5s"'],
    ['with what nobody sees', '5\u200bs', '"5\\u{200b}s"'],
    ['with half a character', '\ud83d', '"\\u{d83d}"'],
    ['with letters and signs of any script', '5 сек 🐢', '"5 сек 🐢"'],
  ])('%s', (_case, text, shown) => {
    expect(mistakesOf([`--poll.interval=${text}`])).toEqual([
      expect.stringContaining(`(POLL_INTERVAL): ${shown} is not accepted; give `),
    ])
  })

  test('also where it is the name of a file or of a flag', () => {
    const long = 'x'.repeat(10_000)
    const request = readConfig({
      args: [
        `--script=${long}`,
        `--${long}`,
        `--tls-ca-cert-file=${long}`,
        `--redis.password-file=${long}`,
      ],
      env: {},
      collectors: allCollectors,
      readFile: () => {
        throw new Error('none')
      },
    })

    if (request.kind !== 'mistakes') throw new Error(request.kind)
    expect(request.mistakes).toHaveLength(4)
    for (const mistake of request.mistakes) expect(mistake.length).toBeLessThan(500)
  })
})

describe('two variables of one setting', () => {
  test('with different values are a mistake that names both', () => {
    expect(mistakesOf([], { REDIS_URL: 'redis://cache', REDIS_ADDR: 'redis://other' })).toEqual([
      '--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): REDIS_URL and REDIS_ADDR are set to different values; leave one of them',
    ])
  })

  test.each([
    ['POLL_INTERVAL', 'REDIS_EXPORTER_POLL_INTERVAL', '1s', '2s'],
    ['REDIS_ADDR', 'REDIS_EXPORTER_REDIS_ADDR', 'one', 'two'],
    ['REDIS_PASSWORD', 'REDIS_EXPORTER_REDIS_PASSWORD', 'hunter2', 'hunter3'],
  ])('are a mistake with the prefix or without it: %s and %s', (one, other, first, second) => {
    const mistakes = mistakesOf([], { [one]: first, [other]: second })

    expect(mistakes).toEqual([
      expect.stringContaining(`: ${one} and ${other} are set to different values; `),
    ])
    expect(mistakes.join()).not.toContain('hunter')
  })

  test.each([
    [[], { REDIS_URL: 'redis://one:6379', REDIS_ADDR: 'one' }],
    [[], { REDIS_URL: 'redis://one', REDIS_ADDR: '' }],
    [['--redis.addr=three'], { REDIS_URL: 'redis://one', REDIS_ADDR: 'redis://two' }],
  ])('are none where they say the same, or a flag says it: %j %j', (args, env) => {
    expect(mistakesOf(args, env)).toEqual([])
  })
})

describe('two names of one setting', () => {
  test('with different values are a mistake', () => {
    expect(mistakesOf(['--redis.addr=one', '--redis.url=two'])).toEqual([
      '--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): given twice with different values; give it once',
    ])
  })

  test.each([
    [['--redis.addr=one', '--redis.url=one']],
    [['--redis.addr=one', '--redis.url=redis://one:6379/0']],
    [['--poll.interval=60', '--poll.interval=1m']],
    [['--debug', '--debug=true']],
  ])('with the same value are none: %j', (args) => {
    expect(mistakesOf(args)).toEqual([])
  })
})

test('all mistakes are told at once', () => {
  const args = ['stray', '--poll.interval=0', '--none', '--log-format=xml', '--redis.addr']

  expect(mistakesOf(args, { REDIS_EXPORTER_DEBUG: 'maybe' })).toEqual([
    '--redis.addr: the value is missing',
    expect.stringContaining('--none'),
    expect.stringContaining('argument 1'),
    expect.stringContaining('"0"'),
    expect.stringContaining('"xml"'),
    expect.stringContaining('"maybe"'),
  ])
})

test('a script that cannot be read is a mistake, for each file', () => {
  const args = ['--script=here.lua,/gone.lua,closed.lua']
  const readFile = (path: string) => {
    if (path !== 'here.lua') throw new Error('ENOENT')
    return 'return {}'
  }
  const request = readConfig({ args, env: {}, collectors: allCollectors, readFile })

  const name = '--script (REDIS_EXPORTER_SCRIPT)'
  expect(request).toEqual({
    kind: 'mistakes',
    mistakes: [
      `${name}: "/gone.lua" cannot be read; give files that can be`,
      `${name}: "closed.lua" cannot be read; give files that can be`,
    ],
  })
})
