import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withDeadline } from '../../src/redis/deadline.ts'
import { answersOf, fakeConnection, silence } from '../support/fake-connection.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What became of a promise so far, and when. */
function outcomeOf(promise: Promise<unknown>) {
  const start = performance.now()
  const outcome: { value?: unknown; error?: unknown; after?: number } = {}
  const note = (key: 'value' | 'error') => (what: unknown) => {
    outcome[key] = what
    outcome.after = performance.now() - start
  }
  void promise.then(note('value'), note('error'))
  return outcome
}

test('work that ends in time gives its value', async () => {
  const connection = fakeConnection({ answer: answersOf() })

  expect(await withDeadline(connection, 1_000, async () => 'done')).toBe('done')
})

test('work that fails in time gives its own error', async () => {
  const connection = fakeConnection({ answer: answersOf() })
  const failing = withDeadline(connection, 1_000, async () => {
    throw new Error('of its own')
  })

  await expect(failing).rejects.toThrow('of its own')
})

test.each([
  ['ends', async () => 'done'],
  ['fails', () => Promise.reject(new Error('of its own'))],
])('work that %s in time leaves the connection and no timer behind', async (_name, work) => {
  const connection = fakeConnection({ answer: answersOf() })

  await withDeadline(connection, 1_000, work).catch(() => {})

  expect(connection.drops).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('at the deadline the connection is dropped, with the reason', async () => {
  const connection = fakeConnection({ answer: () => silence })
  const work = () => Promise.all(connection.send([['INFO']]))
  const outcome = outcomeOf(withDeadline(connection, 1_500, work))

  await vi.advanceTimersByTimeAsync(1_499)
  expect(connection.drops).toEqual([])
  await vi.advanceTimersByTimeAsync(1)

  expect(connection.drops).toMatchObject([{ reason: 'timeout', message: 'no answer within 1.5 s' }])
  expect(outcome).toMatchObject({ error: { reason: 'timeout' }, after: 1_500 })
})

test('what had arrived by the deadline still counts', async () => {
  const connection = fakeConnection({
    answer: (command) => (command === 'INFO' ? 'here' : silence),
  })
  const outcome = outcomeOf(
    withDeadline(connection, 1_000, () =>
      Promise.allSettled(connection.send([['INFO'], ['SLOWLOG', 'LEN']])),
    ),
  )

  await vi.advanceTimersByTimeAsync(1_000)

  expect(outcome.value).toMatchObject([
    { status: 'fulfilled', value: 'here' },
    { status: 'rejected', reason: { reason: 'timeout' } },
  ])
})

test('work that never lets go ends a tenth of a second after the deadline', async () => {
  const connection = fakeConnection({ answer: () => silence, letsGo: false })
  const work = () => Promise.all(connection.send([['INFO']]))
  const outcome = outcomeOf(withDeadline(connection, 1_000, work))

  await vi.advanceTimersByTimeAsync(10_000)

  expect(outcome).toMatchObject({
    error: { reason: 'timeout', message: 'no answer within 1 s' },
    after: 1_100,
  })
})

test('a deadline that passed leaves no timer behind', async () => {
  const connection = fakeConnection({ answer: () => silence })
  const work = () => Promise.all(connection.send([['INFO']]))
  outcomeOf(withDeadline(connection, 1_000, work))

  await vi.advanceTimersByTimeAsync(1_000)

  expect(vi.getTimerCount()).toBe(0)
})
