import { redisError } from '../../src/redis/redis-error.ts'

/** What stands for a password in these errors, wherever they hide it. */
export const hidden = 'hunter2'

/** Errors as libraries and Node.js make them, each with a password somewhere. */
export const hostileErrors: readonly (readonly [name: string, error: unknown])[] = [
  [
    'a refused AUTH of ioredis',
    Object.assign(new Error(`WRONGPASS for ${hidden}`), {
      name: 'ReplyError',
      command: { name: 'auth', args: ['exporter', hidden] },
    }),
  ],
  ['a URL that cannot be read', urlError(`redis://:${hidden}@[`)],
  [
    'an error with a cause',
    new Error('outside', { cause: new Error(hidden, { cause: { password: hidden } }) }),
  ],
  ['several errors in one', new AggregateError([new Error(hidden), hidden], `all of ${hidden}`)],
  [
    'a refused connection',
    Object.assign(new Error(`connect ECONNREFUSED ${hidden}`), {
      code: 'ECONNREFUSED',
      address: hidden,
      options: { password: hidden },
    }),
  ],
  ['an error that tells itself as JSON', tellingError()],
  ['a text', hidden],
  ['an object', { password: hidden }],
  ['an error of ours', redisError('auth', 'wrong user name or password (WRONGPASS)')],
]

function urlError(text: string): unknown {
  try {
    return new URL(text)
  } catch (error) {
    return error
  }
}

function tellingError(): Error {
  return Object.assign(new TypeError(hidden), {
    toJSON: () => ({ hidden }),
    toString: () => hidden,
  })
}
