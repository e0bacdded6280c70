import { describe, expect, test } from 'vitest'
import { fromErrorReply } from '../../src/redis/redis-error.ts'

const sha = '090fb9c2815ce19a47d5cb17a4bff0835c6d94a8'

describe('what a server says of a script is told with the line', () => {
  test.each([
    // Redis 7 to 8.6
    [
      `ERR user_script:3: Attempt to modify a readonly table script: ${sha}, on @user_script:3.`,
      'line 3: Attempt to modify a readonly table',
    ],
    [
      "ERR Error compiling script (new function): user_script:12: '=' expected near 'x'",
      "line 12: Error compiling script (new function): '=' expected near 'x'",
    ],
    [
      `ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: ${sha}, on @user_script:1.`,
      "line 1: Script attempted to access nonexistent global variable 'foo'",
    ],
    [
      `ERR user_script:1: attempt to index field 'x' (a nil value) script: ${sha}, on @user_script:1.`,
      "line 1: attempt to index field 'x' (a nil value)",
    ],
    [
      `ERR user_script:1: attempt to concatenate a table value script: ${sha}, on @user_script:1.`,
      'line 1: attempt to concatenate a table value',
    ],
    [
      `ERR user_script:1: bad argument #2 to 'rep' (number expected, got no value) script: ${sha}, on @user_script:1.`,
      "line 1: bad argument #2 to 'rep' (number expected, got no value)",
    ],
    [
      `ERR Unknown Redis command called from script script: ${sha}, on @user_script:4.`,
      'line 4: Unknown Redis command called from script',
    ],
    [
      `WRONGTYPE Operation against a key holding the wrong kind of value script: ${sha}, on @user_script:2.`,
      'line 2: Operation against a key holding the wrong kind of value (WRONGTYPE)',
    ],
    // Valkey 9.1
    [
      'ERR This Valkey command is not allowed from script script: on @user_script:1.',
      'line 1: This Valkey command is not allowed from script',
    ],
    [
      'ERR Unknown command called from script script: on @user_script:1.',
      'line 1: Unknown command called from script',
    ],
    // Redis 6.2
    [
      `ERR Error running script (call to f_${sha}): @enable_strict_lua:8: user_script:1: Script attempted to create global variable 'x' `,
      "line 1: Script attempted to create global variable 'x'",
    ],
    [
      `ERR Error running script (call to f_${sha}): @user_script:1: @user_script: 1: Unknown Redis command called from Lua script `,
      'line 1: Unknown Redis command called from Lua script',
    ],
  ])('%s', (reply, message) => {
    expect(fromErrorReply(reply)).toMatchObject({ reason: 'other', message })
  })
})

describe('words of the script itself are not told: they may be those of a key', () => {
  const hidden = 'an error with words of the script, which may hold data and are not shown'

  test.each([
    [
      `ERR user_script:7: swordfish is missing script: ${sha}, on @user_script:7.`,
      `line 7: ${hidden}`,
    ],
    [`MYERR swordfish script: ${sha}, on @user_script:7.`, `line 7: ${hidden} (MYERR)`],
    [
      `ERR user_script:7: attempt to index swordfish script: ${sha}, on @user_script:7.`,
      `line 7: ${hidden}`,
    ],
    [`NOPERM swordfish script: ${sha}, on @user_script:7.`, `line 7: ${hidden} (NOPERM)`],
    [`ERR user_script:7: ${'swordfish '.repeat(100_000)}`, `line 7: ${hidden}`],
    ['ERR swordfish', 'the server answered with an error (ERR)'],
  ])('%.60s', (reply, message) => {
    expect(fromErrorReply(reply).message).toBe(message)
  })
})
