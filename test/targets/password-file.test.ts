import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { createPasswordFile, findPassword } from '../../src/targets/password-file.ts'
import { loginOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

function server(text: string) {
  const address = parseAddress(text)
  if (address === undefined) throw new Error('the test has no address')
  return { endpoint: address.endpoint, user: address.credentials.user }
}

const map = JSON.stringify({
  'redis://one:6379': 'first',
  'rediss://two:7000': 'second',
  'redis://watcher@one:6379': 'third',
  'unix:///run/redis.sock': 'fourth',
  'redis://none:6379': '',
  'redis://number:6379': 7,
  nonsense: 'fifth',
})

describe('a password is found', () => {
  test.each([
    ['the whole of a plain file', 'hunter2', 'redis://one', 'hunter2'],
    ['without the line break at its end', 'hunter2\n', 'redis://one', 'hunter2'],
    ['without that of other systems', 'hunter2\r\n', 'redis://one', 'hunter2'],
    ['with the blanks that it has', ' hunter 2 \n', 'redis://one', ' hunter 2 '],
    ['by its address', map, 'redis://one', 'first'],
    ['by an address that is written in another way', map, 'one:6379', 'first'],
    ['by an address with TLS', map, 'rediss://two:7000', 'second'],
    ['by its address and user', map, 'redis://watcher:@one', 'third'],
    ['by a socket', map, 'unix:///run/redis.sock', 'fourth'],
    ['by an address in another spelling', '{"[0:0::1]:7":"first"}', 'redis://[::1]:7', 'first'],
    ['by its address without TLS', map, 'rediss://one', 'first'],
    ['that begins with a brace', '{hunter2', 'redis://one', '{hunter2'],
    ['between braces', '{hunter2: "x"}\r\n', 'redis://one', '{hunter2: "x"}'],
    ['empty where the server needs none', map, 'redis://none', ''],
  ])('%s', (_case, text, address, expected) => {
    expect(findPassword(text, server(address))).toEqual({ password: expected, isUnnamed: false })
  })
})

test.each([
  ['redis://one', 'plain'],
  ['rediss://one', 'secure'],
])(
  'that of the very address counts where there is one with TLS and one without: %s',
  (address, expected) => {
    const secure = '"rediss://one:6379":"secure"'
    const plain = '"redis://one:6379":"plain"'

    for (const both of [`{${secure},${plain}}`, `{${plain},${secure}}`])
      expect(findPassword(both, server(address))?.password).toBe(expected)
  },
)

test('no part of an object is taken for a password, wherever it ends', () => {
  const written = JSON.stringify(JSON.parse(map), undefined, 2)
  for (const text of [map, written])
    for (let length = 1; length < text.length; length += 1)
      expect(findPassword(text.slice(0, length), server('redis://three'))?.password).toBe(
        length === text.length ? '' : undefined,
      )
})

test.each([
  ['a comma too many', '{"redis://one:6379":"hunter2",}'],
  ['the end of another version', '{"redis://two:6379":"hunter2"}2"}'],
  ['other quotes', "{'redis://one:6379':'hunter2'}"],
  ['no quotes', '{redis://one:6379: hunter2}'],
  ['lines', '{one: hunter2\ntwo: hunter2}\n'],
  ['a comment', '{ // of the first one\n"redis://one":"hunter2"}'],
])('an object that is written wrongly is no password: %s', (_case, text) => {
  expect(findPassword(text, server('redis://one'))).toBeUndefined()
})

test.each([
  ['another address', map, 'redis://three'],
  ['another port', map, 'redis://one:7000'],
  ['another user', map, 'redis://somebody:@one'],
  ['no address', ' {} ', 'redis://one'],
])('a server needs none where an object names others alone: %s', (_case, text, address) => {
  expect(findPassword(text, server(address))).toEqual({ password: '', isUnnamed: true })
})

test.each([
  ['a number for a password', map, 'redis://number'],
  ['half a file', map.slice(0, 40), 'redis://one'],
  ['an empty file', '\n', 'redis://one'],
])('none is found: %s', (_case, text, address) => {
  expect(findPassword(text, server(address))).toBeUndefined()
})

describe('the file is read for each connection', () => {
  /** What is given while the file holds these texts one after another, or cannot be read. */
  async function given(...contents: readonly (string | Error)[]) {
    const left = [...contents]
    const read = createPasswordFile(async () => {
      const content = left.shift() ?? ''
      if (typeof content !== 'string') throw content
      return content
    }, server('redis://one'))
    const all: unknown[] = []
    for (const _ of contents)
      all.push(
        await read().then(
          ({ password }) => password,
          (failure: Error) => failure.message,
        ),
      )
    return all
  }
  const gone = Object.assign(new Error('hunter2'), { code: 'ENOENT' })

  test('and a new password counts at once', async () => {
    expect(await given('old\n', 'new\n', '{"one":"newest"}')).toEqual(['old', 'new', 'newest'])
  })

  test('and the last password counts while the file is gone, empty or half written', async () => {
    const texts = ['old', gone, '', '\n', '{"redis://one:63', 'new']

    expect(await given(...texts)).toEqual([...Array(5).fill('old'), 'new'])
  })

  test.each(['{"redis://two":"x"}', '{"one":""}'])(
    'and none counts where a whole object has come to %s',
    async (object) => {
      expect(await given('{"one":"old"}', object, gone)).toEqual(['old', '', ''])
    },
  )

  test('and a server that needed none may get one', async () => {
    expect(await given('{"one":""}', gone, 'new')).toEqual(['', '', 'new'])
  })

  test('and is a failure for as long as nothing was read of it', async () => {
    expect(await given(gone, '\n', 'first')).toEqual([
      'the password file cannot be read (ENOENT)',
      'the password file holds no password for this server',
      'first',
    ])
  })
})

describe('of the settings', () => {
  const read = (args: readonly string[], content: string | undefined) => {
    const readFile = () => {
      if (content === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      return content
    }
    return readConfig({
      args: ['--redis.addr=redis://:inside@one', ...args],
      env: { REDIS_PASSWORD_FILE: '/run/password' },
      collectors: allCollectors,
      readFile,
      passwords: { readFile: async () => readFile(), runCommand: async () => 'printed' },
    })
  }

  test.each([
    ['the file, rather than the address', [], 'filed', 'filed'],
    ['the flag, rather than the file', ['--redis.password=given'], 'filed', 'given'],
    ['the flag, without any need of the file', ['--redis.password=given'], undefined, 'given'],
    ['the address, where the file says that none is needed', [], '{"one":""}', 'inside'],
    ['the address, where the file names others alone', [], '{"two":"other"}', 'inside'],
  ])('the password comes from %s', async (_case, args, content, expected) => {
    const request = read(args, content)
    const credentials = request.kind === 'run' ? await loginOf(request.config).read() : {}

    expect(credentials.password?.reveal()).toBe(expected)
  })

  test.each([
    [undefined, 'cannot be read (ENOENT)'],
    ['{"redis://other:6379":"hunter2"', 'holds no password for this server'],
    ['{"redis://one:6379":7}', 'holds no password for this server'],
  ])('a file of %j is a mistake, without what it holds', (content, why) => {
    expect(read([], content)).toEqual({
      kind: 'mistakes',
      mistakes: [
        `--redis.password-file (REDIS_PASSWORD_FILE): "/run/password" ${why}; give a file with a password, or with a JSON object such as {"redis://user@host:6379": "password"}`,
      ],
    })
  })

  test('a file that names other servers alone is told of, without what it holds', () => {
    const request = read(
      ['--redis.addr=redis://two', '--redis.addr=redis://three'],
      '{"three":"hunter2"}',
    )

    expect(request.kind === 'run' && request.config.remarks).toEqual([
      '--redis.password-file (REDIS_PASSWORD_FILE): "/run/password" has no entry for redis://two:6379, with the user to log in as: no password is given there',
    ])
  })
})
