import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { seeingCollector } from '../support/fake-keyspace.ts'
import { walkOf } from '../support/walk-of-some-keys.ts'

describe('a node of a cluster', () => {
  // The slots of a, b and c are 15495, 3300 and 7365.
  const nodes = (slots: string) =>
    `m1 127.0.0.1:1@2 myself,master - 0 0 1 connected ${slots}\nm2 127.0.0.1:2@3 master - 0 0 2 connected 5000-9999\n`
  const asked = (trips: readonly (readonly string[])[]) =>
    trips.flat().filter((text) => text === 'CLUSTER NODES').length

  function node(slotsOf: () => string, typeOf: (key: string) => BulkReply = () => 'string') {
    const trips: string[][] = []
    const keys = ['a', 'b', 'c', 'a', 'b', 'c']
    const scan = (start: number): BulkReply => [
      start + 3 < keys.length ? `${start + 3}` : '0',
      keys.slice(start, start + 3),
    ]
    const answer = ([name, word = '']: Command): BulkReply => {
      if (name === 'CLUSTER') return nodes(slotsOf())
      if (name === 'TYPE') return typeOf(word)
      return name === 'SCAN' ? scan(Number(word)) : 'OK'
    }
    const exchange: Exchange = async (commands) => {
      trips.push(commands.map((command) => command.join(' ')))
      return commands.map(answer)
    }
    return { exchange, trips }
  }
  const visiting = seeingCollector('one', { 0: { patterns: ['*'] } })

  test('is asked for the keys of its own slots only', async () => {
    const { exchange, trips } = node(() => '0-4999 10000-16383')
    const { walk } = walkOf([visiting], 3, 1, false, { isNode: true })
    await walk.run(exchange)

    const types = trips.flat().filter((text) => text.startsWith('TYPE'))
    expect(types).toEqual(['TYPE a', 'TYPE b', 'TYPE a', 'TYPE b'])
    expect(asked(trips)).toBe(1)
  })

  test('is asked anew what it owns when a key has moved', async () => {
    let slots = '0-4999 10000-16383'
    const { exchange, trips } = node(
      () => slots,
      (key) => {
        if (key !== 'a') return 'string'
        slots = '0-4999'
        return fromErrorReply('MOVED 15495 127.0.0.1:3')
      },
    )
    const { walk, failures } = walkOf([visiting], 3, 1, false, { isNode: true })
    await walk.run(exchange)

    const types = trips.flat().filter((text) => text.startsWith('TYPE'))
    expect(types).toEqual(['TYPE a', 'TYPE b', 'TYPE b'])
    expect(asked(trips)).toBe(2)
    expect(failures()).toEqual([])
  })
})
