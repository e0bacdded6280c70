import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { serializeError } from '../src/log.ts'
import { redisError } from '../src/redis/redis-error.ts'
import { startProgram } from './support/child-process.ts'
import { hidden, hostileErrors } from './support/hostile-errors.ts'

const program = fileURLToPath(new URL('support/logging-program.ts', import.meta.url))

/** What a process with this log left behind when it exited in the middle, entry by entry. */
async function entriesOf(...args: readonly string[]): Promise<readonly string[]> {
  await using running = startProgram({
    program: process.execPath,
    args: ['--import', 'tsx', program, ...args],
    env: { TSX_DISABLE_CACHE: '1' },
  })
  expect(await running.exited).toMatchObject({ code: 1 })
  expect(running.stderr()).toBe('')
  // An error takes several lines in the text for people.
  return running
    .stdout()
    .trimEnd()
    .split(/\n(?=\[\d|\{"level")/)
}

let json: readonly string[]
let text: readonly string[]

beforeAll(async () => {
  ;[json, text] = await Promise.all([entriesOf('json', 'info'), entriesOf('txt', 'info')])
}, 30_000)

describe.each([
  ['JSON', () => json],
  ['text', () => text],
])('as %s', (_name, entries) => {
  test('nothing is lost, down to the last word before the process ends', () => {
    // Up, a collector, each error, the end.
    expect(entries()).toHaveLength(hostileErrors.length + 3)
    expect(entries().at(-1)).toContain('the last line')
  })

  test('nothing below the level is written', () => {
    expect(entries().join('\n')).not.toContain('for those who look closely')
  })

  test.each(hostileErrors)('%s shows no secret', (name) => {
    const entry = entries().find((entry) => entry.includes(`this is ${name}`))

    expect(entry).toBeDefined()
    expect(entry).not.toContain(hidden)
  })

  test('an error of ours shows its reason and its message', () => {
    const entry = entries().find((entry) => entry.includes('this is an error of ours'))

    expect(entry).toMatch(/"reason": ?"auth"/)
    expect(entry).toMatch(/"message": ?"wrong user name or password \(WRONGPASS\)"/)
  })

  test('any other error shows its type, its code and where it came from', () => {
    const entry = entries().find((entry) => entry.includes('this is a refused connection'))

    expect(entry).toMatch(/"type": ?"Error"/)
    expect(entry).toMatch(/"code": ?"ECONNREFUSED"/)
    expect(entry).toMatch(/\bat .*hostile-errors\.ts:\d/)
  })
})

describe('an entry of JSON', () => {
  test('is one line', () => {
    expect(json.filter((entry) => entry.includes('\n'))).toEqual([])
  })

  test('has time, level, fields and message', () => {
    expect(JSON.parse(json[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      target: 'redis://localhost:6379',
      seconds: 1.5,
      msg: 'up',
    })
  })

  test('has the fields of the part of the program that wrote it', () => {
    expect(JSON.parse(json[1] ?? '')).toMatchObject({
      level: 'warn',
      target: 'redis://localhost:6379',
      collector: 'slowlog',
      reason: 'noperm',
    })
  })
})

test('an entry of text has time, level, message and fields, and no colours for a file', () => {
  expect(text[0]).toMatch(
    /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] INFO: up \{"target":"redis:\/\/localhost:6379","seconds":1.5\}$/,
  )
})

test('at the level debug everything is written', async () => {
  expect((await entriesOf('json', 'debug'))[0]).toContain('for those who look closely')
})

describe('an error is reduced to known fields', () => {
  test.each(hostileErrors)('%s', (_name, error) => {
    const fields = serializeError(error)

    const known = ['type', 'code', 'reason', 'message', 'stack', 'cause']
    expect(allKeys(fields).filter((field) => !known.includes(field))).toEqual([])
    expect(JSON.stringify(fields)).not.toContain(hidden)
  })

  test('which are these, for one of ours', () => {
    const [, error] = hostileErrors.at(-1) ?? []

    expect(serializeError(error)).toEqual({
      type: 'RedisError',
      reason: 'auth',
      message: 'wrong user name or password (WRONGPASS)',
      stack: expect.stringMatching(/^ {4}at redisError /),
    })
  })

  test('and so are its causes, as deep as they go', () => {
    const cause = redisError('parse', 'the reply could not be read', 'ERR')
    const error = new Error(hidden, { cause: new TypeError(hidden, { cause }) })

    expect(serializeError(error)).toMatchObject({
      type: 'Error',
      cause: {
        type: 'TypeError',
        cause: { type: 'RedisError', reason: 'parse', message: 'the reply could not be read' },
      },
    })
  })

  test('though the causes go round in a circle', () => {
    const error = new Error('of a library')
    error.cause = error

    expect(JSON.stringify(serializeError(error)).match(/"type"/g)).toHaveLength(6)
  })

  test('where a message that looks like a stack is none', () => {
    const error = new Error(`quoted:\n    at ${hidden}`)

    expect(serializeError(error).stack).toMatch(/^ {4}at .*log\.test\.ts/)
    expect(JSON.stringify(serializeError(error))).not.toContain(hidden)
  })

  test.each([
    ['text', { type: 'string' }],
    [{ password: hidden }, { type: 'object' }],
    [undefined, { type: 'undefined' }],
    [null, { type: 'object' }],
  ])('which is its type alone, for what is no error: %j', (thrown, expected) => {
    expect(serializeError(thrown)).toEqual(expected)
  })

  test('where a code that is no text is left out', () => {
    const error = Object.assign(new Error('of a library'), { code: { password: hidden } })

    expect(serializeError(error)).not.toHaveProperty('code')
  })

  test('where an error without a stack has an empty one', () => {
    const error = new RangeError('of a library')
    delete error.stack

    expect(serializeError(error)).toEqual({ type: 'RangeError', stack: '' })
  })
})

function allKeys(fields: object): readonly string[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    typeof value === 'object' ? [key, ...allKeys(value)] : [key],
  )
}
