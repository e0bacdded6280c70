import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { mistakesOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const secret = 'hunter2'

describe('no mistake shows a secret', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['a flag with another letter before it', ['--redis.passwort', `--${secret}`], {}],
    ['one with one dash', ['-redis.pasword', `-${secret}`], {}],
    ['a flag that has its value', ['--redis.password', `--debug=${secret}`], {}],
    ['an address of an unknown kind', [`--redis.addr=http://u:${secret}@localhost`], {}],
    ['an address without a host', [`--redis.url=redis://:${secret}@`], {}],
    ['an address with an impossible port', [], { REDIS_URL: `redis://:${secret}@localhost:99999` }],
    [
      'two addresses',
      [`--redis.addr=redis://:${secret}@a`, `--redis.url=redis://:${secret}@b`],
      {},
    ],
    ['a password flag with a typing error', [`--redis.pasword=${secret}`], {}],
    ['a password behind such a flag', ['--redis.pasword', secret], {}],
    ['a colon for the equals sign', [`--redis.password:${secret}`], {}],
    ['an address without a flag', [`redis://:${secret}@localhost`], {}],
    ['a password without a flag', ['--redis.password=', secret], {}],
    ['a password after a value too many', ['--redis.user', 'one', secret], {}],
    ['a password beside other mistakes', [`--redis.password=${secret}`, '--debug=maybe'], {}],
    ['a password in the environment', ['--debug=maybe'], { REDIS_PASSWORD: secret }],
    ['two variables with addresses', [], { REDIS_URL: `redis://:${secret}@a`, REDIS_ADDR: 'b' }],
    ['several addresses', [], { REDIS_ADDR: `redis://:${secret}@a,redis://:${secret}@b:0` }],
    ['an address given twice', [], { REDIS_ADDR: `redis://:${secret}@a,redis://a` }],
    ['an address in quotes', [], { REDIS_ADDR: `"redis://:${secret}@a"` }],
    ['an address in a map', [`--discover.map=redis://:${secret}@a:6379=b:7001`], {}],
    ['a password alone in a map', [`--discover.map=${secret}@a=b`], {}],
    ['an address to listen on', [`--web.listen-address=redis://:${secret}@a:6379`], {}],
    ['an address where a word belongs', [], { NAMESPACE: `redis://:${secret}@a` }],
  ])('of %s', (_name, args, env) => {
    const mistakes = mistakesOf(args, env)

    expect(mistakes).not.toEqual([])
    expect(mistakes.join('\n')).not.toContain(secret)
  })
})

describe('no mistake shows a secret in the place of the file that holds it', () => {
  const json = JSON.stringify({ 'redis://localhost:6379': secret })
  const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`

  test.each<[string, string[], Record<string, string>]>([
    ['a password', [], { REDIS_PASSWORD_FILE: secret }],
    ['a password that begins with a slash', [], { REDIS_PASSWORD_FILE: `/${secret}` }],
    ['passwords of addresses', [], { REDIS_PASSWORD_FILE: json }],
    ['a password for strangers', [`--scrape.allow=a:6379=exporter@${secret}`], {}],
    ['a key towards Redis', [`--tls-client-key-file=${pem}`], {}],
    ['a key of our own', [`--tls-server-key-file=${pem}`], {}],
  ])('as %s', (_what, args, env) => {
    const request = readConfig({ args, env, collectors: allCollectors, readFile: readNone })

    expect(request).toMatchObject({
      kind: 'mistakes',
      mistakes: expect.arrayContaining([
        expect.stringMatching(/\): the file cannot be read( \(ENOENT\))?; give /),
      ]),
    })
    expect(JSON.stringify(request)).not.toContain(secret)
  })

  test('and a path that plainly is one is shown', () => {
    const env = { REDIS_PASSWORD_FILE: '/run/secrets/redis' }
    const request = readConfig({ args: [], env, collectors: allCollectors, readFile: readNone })

    expect(request).toEqual({
      kind: 'mistakes',
      mistakes: [
        '--redis.password-file (REDIS_PASSWORD_FILE): "/run/secrets/redis" cannot be read (ENOENT); give a file with a password, or with a JSON object such as {"redis://user@host:6379": "password"}',
      ],
    })
  })

  function readNone(): never {
    throw Object.assign(new Error('none'), { code: 'ENOENT' })
  }
})
