import { expect, test } from 'vitest'
import type { Exchange } from '../../src/redis/connection.ts'
import { createBoundGiven } from '../../src/walk/bound-given.ts'

/** A server that tells of so many keys in database 3, and how often it was asked. */
function server(keys: number) {
  let asked = 0
  const exchange: Exchange = async (commands) => {
    expect(commands).toEqual([['INFO', 'keyspace']])
    asked += 1
    return [`# Keyspace\r\ndb3:keys=${keys},expires=0,avg_ttl=0\r\n`]
  }
  return { exchange, asked: () => asked }
}

test('SCAN may give four times the keys of a database, and a thousand beside', async () => {
  const { exchange, asked } = server(100)
  const bound = createBoundGiven(3, 100)

  await bound(1_400, exchange)
  expect(asked()).toBe(0)
  await expect(bound(1_401, exchange)).rejects.toMatchObject({ reason: 'protocol' })
  expect(asked()).toBe(1)
})

test('a database that has grown is asked for its size once', async () => {
  const { exchange, asked } = server(1_000)
  const bound = createBoundGiven(3, 100)

  await bound(1_401, exchange)
  await bound(5_000, exchange)
  expect(asked()).toBe(1)
})

test('one that is gone has none', async () => {
  await expect(createBoundGiven(4, 100)(1_401, server(100).exchange)).rejects.toMatchObject({
    reason: 'protocol',
  })
})

test('nothing is bounded where it is not known how many there are', async () => {
  const { exchange, asked } = server(100)

  await createBoundGiven(3, undefined)(1_000_000, exchange)
  expect(asked()).toBe(0)
})
