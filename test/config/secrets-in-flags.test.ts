import { describe, expect, test } from 'vitest'
import { configured } from '../support/configured.ts'

const warning = (name: string, variables: string) =>
  `--${name}: a password on the command line can be read in the list of processes; give it as ${variables} in the environment`
const password = [warning('redis.password', 'REDIS_PASSWORD')]
const address = [warning('redis.addr', 'REDIS_URL or REDIS_ADDR')]
const url = [warning('redis.url', 'REDIS_URL or REDIS_ADDR')]

describe('a password on the command line', () => {
  test.each([
    ['of its own', ['--redis.password=hunter2'], password],
    ['with one dash', ['-redis.password', 'hunter2'], password],
    ['in the address', ['--redis.addr=redis://:hunter2@h'], address],
    ['in the address, alone', ['--redis.addr=redis://hunter2@h'], address],
    ['in the address, with a user', ['--redis.url=redis://u:hunter2@h'], url],
    ['twice', ['--redis.addr=u:hunter2@h', '--redis.password=x'], [...address, ...password]],
  ])('%s is told with the variable to use, and not shown', (_name, args, expected) => {
    expect(configured(args, {}).warnings).toEqual(expected)
  })
})

describe('no warning is due', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['without any password', ['--redis.addr=redis://h:1/3'], {}],
    ['for an empty password', ['--redis.password=', '--redis.addr=redis://:@h'], {}],
    ['for a variable', [], { REDIS_PASSWORD: 'hunter2' }],
    ['for a variable with an address', [], { REDIS_ADDR: 'redis://:hunter2@h' }],
    ['for a variable beside flags', ['--redis.addr=h'], { REDIS_PASSWORD: 'hunter2' }],
  ])('%s', (_name, args, env) => {
    expect(configured(args, env).warnings).toEqual([])
  })
})
