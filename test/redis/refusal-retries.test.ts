import { expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { createRefusalRetries } from '../../src/redis/refusal-retries.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { refusal } from '../support/fake-connection.ts'

const minute = 60_000

function started() {
  const clock = fakeClock()
  const refusals = new Map([
    ['a', refusal()],
    ['b', refusal()],
    ['absent', redisError('unknown_command', 'the server does not know it')],
  ])
  const retries = createRefusalRetries(minute, clock)
  const poll = (isRenewed = false) => {
    retries.retryOne(refusals, isRenewed)
    return [...refusals.keys()]
  }
  return { clock, refusals, poll }
}

test('what the user may not run is tried again after the interval, one command with each poll', () => {
  const { clock, poll } = started()

  expect(poll()).toEqual(['a', 'b', 'absent'])
  clock.advance(minute - 1)
  expect(poll()).toEqual(['a', 'b', 'absent'])
  clock.advance(1)
  expect(poll()).toEqual(['b', 'absent'])
  expect(poll()).toEqual(['absent'])
  expect(poll()).toEqual(['absent'])
})

test('what was refused again waits for the interval again', () => {
  const { clock, refusals, poll } = started()
  poll()
  clock.advance(minute)
  poll()
  refusals.set('a', refusal())

  expect(poll()).toEqual(['absent', 'a'])
  clock.advance(minute - 1)
  expect(poll()).toEqual(['absent', 'a'])
  clock.advance(1)
  expect(poll()).toEqual(['absent'])
})

test('all is due when the connection is new after one that lasted', () => {
  const { refusals, poll } = started()
  poll()

  expect(poll(true)).toEqual(['b', 'absent'])
  refusals.set('a', refusal())
  expect(poll()).toEqual(['absent', 'a'])
  expect(poll()).toEqual(['absent', 'a'])
})
