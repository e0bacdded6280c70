import { describe, expect, test } from 'vitest'
import { type ConnectionState, firstToGo } from '../../src/http/first-to-go.ts'

const now = 100_000
const patience = 2_000

interface Named extends ConnectionState {
  readonly name: string
}

function connection(name: string, state: Partial<ConnectionState>): Named {
  return { name, idleSince: now, hasAsked: false, underWay: 0, tookAt: 0, ...state }
}

const silent = connection('silent', { idleSince: now - 2_001 })
const new_ = connection('new', { idleSince: now - 2_000 })
const idle = connection('idle', { hasAsked: true, idleSince: now - 1 })
const stalled = connection('stalled', { hasAsked: true, underWay: 1, tookAt: now - 2_001 })
const busy = connection('busy', { hasAsked: true, underWay: 1, tookAt: now - 2_000 })
const order = [silent, idle, stalled, new_, busy]

function whoGoes(connections: readonly Named[]): string | undefined {
  return firstToGo(connections, now, patience)?.connection.name
}

test('there is none among none', () => {
  expect(firstToGo([], now, patience)).toBeUndefined()
})

describe('in their order, whatever else there is,', () => {
  test.each([
    ['one that did not ask anything in two seconds', 0, 'silent'],
    ['one that asked and is idle', 1, 'idle'],
    ['one that does not read its response', 2, 'stalled'],
    ['one that is new and may be about to ask', 3, 'silent'],
    ['one that reads its response', 4, 'busy'],
  ] as const)('goes %s', (_name, place, closing) => {
    const left = order.slice(place)

    for (const connections of [left, left.toReversed()])
      expect(firstToGo(connections, now, patience)).toEqual({ connection: order[place], closing })
  })
})

test.each([
  ['the longest silent', { hasAsked: false, idleSince: 10 }, { hasAsked: false, idleSince: 9 }],
  ['the longest idle', { hasAsked: true, idleSince: 10 }, { hasAsked: true, idleSince: 9 }],
  ['the longest stalled', { underWay: 1, tookAt: 10 }, { underWay: 2, tookAt: 9 }],
  ['the oldest of the new', { idleSince: now - 1 }, { idleSince: now - 2 }],
  ['who read the longest ago', { underWay: 1, tookAt: now - 1 }, { underWay: 1, tookAt: now - 2 }],
])('of several alike goes %s', (_name, other, first) => {
  const connections = [connection('other', other), connection('first', first)]

  expect(whoGoes(connections)).toBe('first')
  expect(whoGoes(connections.toReversed())).toBe('first')
})
