import { expect, test } from 'vitest'
import { createRooms } from '../../src/metrics/rooms.ts'

test('a room that was given back is taken again', () => {
  const rooms = createRooms(10)
  const room = rooms.take()
  rooms.giveBack(room)

  expect(room).toHaveLength(10)
  expect(rooms.take()).toBe(room)
})

test('two that are in use are never the same', () => {
  const rooms = createRooms(10)
  const [one, other] = [rooms.take(), rooms.take()]

  expect(one.buffer).not.toBe(other.buffer)
})

test('of many that were in use at a time only a few are kept', () => {
  const rooms = createRooms(10)
  const taken = Array.from({ length: 100 }, () => rooms.take())
  for (const room of taken) rooms.giveBack(room)
  const again = Array.from({ length: 100 }, () => rooms.take())

  expect(again.filter((room) => taken.includes(room))).toHaveLength(4)
})
