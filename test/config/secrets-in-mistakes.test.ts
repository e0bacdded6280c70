import { describe, expect, test } from 'vitest'
import { mistakesOf } from '../support/configured.ts'

describe('no mistake shows a secret', () => {
  const secret = 'hunter2'

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
  ])('of %s', (_name, args, env) => {
    const mistakes = mistakesOf(args, env)

    expect(mistakes).not.toEqual([])
    expect(mistakes.join('\n')).not.toContain(secret)
  })
})
