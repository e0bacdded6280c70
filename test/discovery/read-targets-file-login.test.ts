import { describe, expect, test } from 'vitest'
import { targetsOf } from '../support/read-targets.ts'
import { unindented } from '../support/unindented.ts'

describe('the login of a target', () => {
  async function loginOf(lines: string, flags: readonly string[] = []) {
    const [target] = await targetsOf(`targets: [{address: "redis://inner:@one", ${lines}}]`, flags)
    const { user, password } = (await target?.login.read()) ?? {}
    return [user, password?.reveal()]
  }

  test.each([
    ['the user of the address', '', [], ['inner', undefined]],
    ['its own user', 'user: own', [], ['own', undefined]],
    ['its own file', 'password-file: /run/x', [], ['inner', 'of /run/x']],
    ['its own command', 'password-command: "token \'a b\'"', [], ['inner', 'of token, a b']],
    ['its own command as a list', 'password-command: [token, a b]', [], ['inner', 'of token, a b']],
    ['names of flags', 'redis.user: own, redis.password-file: x', [], ['own', 'of x']],
    ['a file for all', '', ['--redis.password-file=all'], ['inner', 'of all']],
    [
      'its own file before a password for all',
      'password-file: x',
      ['--redis.password=all'],
      ['inner', 'of x'],
    ],
    [
      'its own command before a file for all',
      'password-command: x',
      ['--redis.password-file=all'],
      ['inner', 'of x'],
    ],
  ])('comes from %s', async (_what, lines, flags, expected) => {
    expect(await loginOf(lines, flags)).toEqual(expected)
  })

  test('comes from its own file before the command of the defaults', async () => {
    const [target] = await targetsOf(unindented`
      defaults: {password-command: token, user: all}
      targets: [{address: one, password-file: x}]
    `)

    expect((await target?.login.read())?.password?.reveal()).toBe('of x')
    expect((await target?.login.read())?.user).toBe('all')
  })
})
