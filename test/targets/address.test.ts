import { describe, expect, test } from 'vitest'
import { formatEndpoint, parseAddress } from '../../src/targets/address.ts'

interface Parts {
  readonly host?: string
  readonly port?: number
  readonly tls?: boolean
  readonly path?: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: number
}

/** What an address says, the secret in clear; undefined when it is none. */
function partsOf(text: string): Parts | undefined {
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const { endpoint, credentials, database } = address
  const { kind: _, ...place } = endpoint
  const user = credentials.user === undefined ? {} : { user: credentials.user }
  const password = credentials.password && { password: credentials.password.reveal() }
  return { ...place, ...user, ...password, ...(database === 0 ? {} : { database }) }
}

const plain = { host: 'example', port: 6379, tls: false }

describe('where the server listens', () => {
  test.each<[text: string, expected: Parts]>([
    ['redis://example', plain],
    ['redis://example:7000', { ...plain, port: 7000 }],
    ['valkey://example', plain],
    ['rediss://example', { ...plain, tls: true }],
    ['valkeys://example:6380', { ...plain, port: 6380, tls: true }],
    ['example', plain],
    ['example:7000', { ...plain, port: 7000 }],
    ['redis-master', { ...plain, host: 'redis-master' }],
    ['redis_1.redis.svc.cluster.local', { ...plain, host: 'redis_1.redis.svc.cluster.local' }],
    ['example.', { ...plain, host: 'example.' }],
    ['127.0.0.1:7000', { ...plain, host: '127.0.0.1', port: 7000 }],
    ['[::1]', { ...plain, host: '::1' }],
    ['[::1]:7000', { ...plain, host: '::1', port: 7000 }],
    ['redis://[2001:db8::1]:7000/3', { host: '2001:db8::1', port: 7000, tls: false, database: 3 }],
    ['rediss://[fe80::1%25]', { host: 'fe80::1%25', port: 6379, tls: true }],
    ['redis://example:1', { ...plain, port: 1 }],
    ['redis://example:65535', { ...plain, port: 65_535 }],
    ['redis://example/', plain],
    ['redis://example/0', plain],
    ['redis://example/15', { ...plain, database: 15 }],
    ['example/2', { ...plain, database: 2 }],
    ['redis://example?db=2', { ...plain, database: 2 }],
    ['redis://example:7000/?db=2', { ...plain, port: 7000, database: 2 }],
    ['redis://example/2?db=2', { ...plain, database: 2 }],
    ['tcp://example:7000', { ...plain, port: 7000 }],
    ['TCP://example', plain],
    ['10-0-0-1.example', { ...plain, host: '10-0-0-1.example' }],
    ['redis7', { ...plain, host: 'redis7' }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    [`unix:///${'x'.repeat(106)}`, { path: `/${'x'.repeat(106)}` }],
    ['unix:///run/a@b.sock', { path: '/run/a@b.sock' }],
    ['unix:///run/with blank:and?#.sock', { path: '/run/with blank:and?#.sock' }],
  ])('%s', (text, expected) => {
    expect(partsOf(text)).toEqual(expected)
  })

  test.each<[text: string, tls: boolean]>([
    ['REDISS://example', true],
    ['Rediss://example', true],
    ['VALKEYS://example', true],
    ['REDIS://example', false],
    ['Valkey://example', false],
  ])('%s: capitals change nothing in TLS', (text, tls) => {
    expect(partsOf(text)).toEqual({ ...plain, tls })
  })

  test('UNIX:///run/redis.sock: capitals change nothing there either', () => {
    expect(partsOf('UNIX:///run/redis.sock')).toEqual({ path: '/run/redis.sock' })
  })
})

describe('user and password', () => {
  test.each<[userPart: string, user: string | undefined, password: string | undefined]>([
    ['user:password', 'user', 'password'],
    [':password', undefined, 'password'],
    // As redis-cli reads it.
    ['password', undefined, 'password'],
    ['user:', 'user', undefined],
    [':', undefined, undefined],
    ['', undefined, undefined],
    ['user:pass:word', 'user', 'pass:word'],
    ['user:p%40ss', 'user', 'p@ss'],
    ['us%3Aer:p%2Fs%3Fs%23w%25rd', 'us:er', 'p/s?s#w%rd'],
    ['user:p@ss', 'user', 'p@ss'],
    ['user:p/ss', 'user', 'p/ss'],
    ['user:p#ss', 'user', 'p#ss'],
    ['user:p?ss', 'user', 'p?ss'],
    ['user:p%ss', 'user', 'p%ss'],
    ['user:100%', 'user', '100%'],
    ['user:@/#?%:', 'user', '@/#?%:'],
    ['user:redis://other:1@elsewhere', 'user', 'redis://other:1@elsewhere'],
    ['user:p%40s@', 'user', 'p%40s@'],
    ['user:%C3%A4', 'user', 'ä'],
    ['user:ä', 'user', 'ä'],
    ['user:ä%41', 'user', 'ä%41'],
    // Of bytes that are no text.
    ['user:%C3%28', 'user', '\udcc3('],
    ['us%E9r:p%FF%FE%E9w', 'us\udce9r', 'p\udcff\udcfe\udce9w'],
    ['user:p%ffä', 'user', 'p%ffä'],
    ['user:pass word', 'user', 'pass word'],
    ['user:line\nbreak%41', 'user', 'line\nbreak%41'],
    ['user:a+b', 'user', 'a+b'],
    ['user:a,b', 'user', 'a,b'],
    ["user:-._~!$&'()*+,;=", 'user', "-._~!$&'()*+,;="],
  ])('%j', (userPart, user, password) => {
    expect(partsOf(`redis://${userPart}@example:7000/2`)).toEqual({
      host: 'example',
      port: 7000,
      tls: false,
      database: 2,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    })
  })

  test.each<[text: string, expected: Parts]>([
    ['user:secret@example', { ...plain, user: 'user', password: 'secret' }],
    [':p@ss@example:7000', { ...plain, port: 7000, password: 'p@ss' }],
    ['redis://:secret@[::1]:7000', { ...plain, host: '::1', port: 7000, password: 'secret' }],
    ['unix://:secret@/run/redis.sock', { path: '/run/redis.sock', password: 'secret' }],
    [
      'unix://user:p@ss@/run/redis.sock',
      { path: '/run/redis.sock', user: 'user', password: 'p@ss' },
    ],
  ])('in %s', (text, expected) => {
    expect(partsOf(text)).toEqual(expected)
  })
})

test.each([
  '',
  ' ',
  'redis://',
  'redis://:6379',
  'redis://user:password@',
  'redis:///1',
  'redis://example:',
  'redis://example:0',
  'redis://example:65536',
  'redis://example:123456',
  'redis://example:-1',
  'redis://example:port',
  'redis://example/one',
  'redis://example/1/2',
  'redis://example/1?protocol=3',
  'redis://example/1?db=2',
  'redis://example?db=',
  'redis://example?db=one',
  'redis://example?db=1&protocol=3',
  '6379',
  ':6379',
  'redis://6379',
  'redis://6379:6379',
  '127.1',
  '1.2.3.4.5',
  'host.1',
  `${'x'.repeat(254)}:6379`,
  'http://example:6379',
  'tcp://',
  'redis://example#1',
  'redis://exa mple',
  ' redis://example',
  'redis://example ',
  'redis://example\n',
  'redis://-example',
  'redis://example-',
  'redis://exämple',
  'redis://[::1',
  'redis://::1',
  'redis://[example]',
  'redis://[]',
  'redis://[::1]x',
  'http://example',
  'redis-sentinel://example',
  'redis:/example',
  'redis:example',
  '://example',
  '//example',
  '/run/redis.sock',
  'unix://',
  'unix://run/redis.sock',
  'unix:///',
  'unix:///run/',
  `unix:///${'x'.repeat(107)}`,
  `unix:///${'ü'.repeat(60)}`,
  `unix://:secret@/${'x'.repeat(107)}?db=3`,
  'unix:///run/\0.sock',
  'unix:///run/\n.sock',
  'unix:///run/\u202e.sock',
  'unix:///run/\ud800.sock',
  'example,other',
  'redis://example,redis://other',
  'redis://:secret@example,redis://:secret@other',
  'redis://user:secret@example:1, rediss://user:secret@other:2',
])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined()
})

test.each([
  ['redis://example', 'redis://example:6379'],
  ['example:7000', 'redis://example:7000'],
  ['valkey://example', 'redis://example:6379'],
  ['valkeys://example', 'rediss://example:6379'],
  ['REDISS://Example:1', 'rediss://Example:1'],
  ['[::1]:7000', 'redis://[::1]:7000'],
  ['redis://user:secret@example/3', 'redis://example:6379'],
  ['unix://:secret@/run/redis.sock', 'unix:///run/redis.sock'],
])('%s is called %s', (text, expected) => {
  const address = parseAddress(text)

  expect(address && formatEndpoint(address.endpoint)).toBe(expected)
})

test.each([
  ['unix:///run/redis.sock?db=3', '/run/redis.sock', 3],
  ['unix://:secret@/run/redis.sock?db=12', '/run/redis.sock', 12],
  ['unix:///run/redis.sock?db=x', '/run/redis.sock?db=x', 0],
])('%s names a socket and a database', (text, path, database) => {
  expect(parseAddress(text)).toMatchObject({ endpoint: { kind: 'unix', path }, database })
})
