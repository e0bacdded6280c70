import { expect, test } from 'vitest'
import type { Refusals } from '../../src/redis/knowledge.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createRefusalRetries } from '../../src/redis/refusal-retries.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { refusal } from '../support/fake-connection.ts'

const minute = 60_000

function started() {
  const clock = fakeClock()
  const refusals: Refusals = new Map([
    ['a', refusal()],
    ['b', refusal()],
    ['absent', redisError('unknown_command', 'the server does not know it')],
  ])
  const retries = createRefusalRetries(minute, clock)
  /** Which command is sent once more by who wants it. */
  const poll = (isRenewed = false) => {
    retries.retryOne(refusals, isRenewed)
    return refusals.retried
  }
  const refuseAgain = (name: string) => {
    refusals.retried = undefined
    refusals.delete(name)
    refusals.set(name, refusal())
  }
  return { clock, refusals, poll, refuseAgain }
}

test('what the user may not run is tried again after the interval, one command with each poll', () => {
  const { clock, refusals, poll, refuseAgain } = started()

  expect(poll()).toBeUndefined()
  clock.advance(minute - 1)
  expect(poll()).toBeUndefined()
  clock.advance(1)
  expect(poll()).toBe('a')
  refuseAgain('a')
  expect(poll()).toBe('b')
  refuseAgain('b')
  expect(poll()).toBeUndefined()
  expect([...refusals.keys()].toSorted()).toEqual(['a', 'absent', 'b'])
})

test('what was refused again waits for the interval again', () => {
  const { clock, poll, refuseAgain } = started()
  poll()
  clock.advance(minute)
  poll()
  refuseAgain('a')
  poll()
  refuseAgain('b')

  expect(poll()).toBeUndefined()
  clock.advance(minute - 1)
  expect(poll()).toBeUndefined()
  clock.advance(1)
  expect(poll()).toBe('a')
})

test('one that nobody wants gives way to the others', () => {
  const { clock, poll } = started()
  poll()
  clock.advance(minute)

  expect([poll(), poll(), poll()]).toEqual(['a', 'b', 'a'])
})

test('all is due when the connection is new after one that lasted', () => {
  const { poll, refuseAgain } = started()
  poll()

  expect(poll(true)).toBe('a')
  refuseAgain('a')
  expect(poll()).toBe('b')
  refuseAgain('b')
  expect(poll()).toBeUndefined()
})

test('a reply that was too large is tried again after the interval, and not for a new connection', () => {
  const clock = fakeClock()
  const refusals: Refusals = new Map([['CLIENT LIST', redisError('too_large', 'more than may be')]])
  const { retryOne } = createRefusalRetries(minute, clock)
  const poll = (isRenewed: boolean) => {
    retryOne(refusals, isRenewed)
    return refusals.retried
  }
  expect([poll(false), poll(true)]).toEqual([undefined, undefined])
  clock.advance(minute)

  expect(poll(false)).toBe('CLIENT LIST')
})
