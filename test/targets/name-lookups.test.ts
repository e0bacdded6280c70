import type { LookupAddress } from 'node:dns'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNameLookups, type LookedUp, type LookUp } from '../../src/targets/name-lookups.ts'

let lookUp: LookUp
/** What the system was asked for, in order, and how each is answered. */
let asked: string[]
let under: Map<string, LookedUp>
let told: string[]

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  under = new Map()
  told = []
  lookUp = createNameLookups((host, answer) => {
    asked.push(host)
    under.set(host, answer)
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const at = (address: string): LookupAddress[] => [{ address, family: 4 }]

function ask(host: string, who = host): () => void {
  return lookUp(host, (failure, found) => {
    told.push(`${who}: ${failure?.message ?? found.map(({ address }) => address)}`)
  })
}

const answer = (host: string) => under.get(host)?.(null, at('10.0.0.1'))

test('a hundred names are looked up one at a time', () => {
  for (let number = 0; number < 100; number += 1) ask(`slow${number}`)
  expect(asked).toEqual(['slow0'])

  answer('slow0')

  expect(asked).toEqual(['slow0', 'slow1'])
  expect(told).toEqual(['slow0: 10.0.0.1'])
})

test('whoever asks for the same name is told by one lookup', () => {
  ask('a', 'one')
  ask('a', 'other')
  answer('a')

  expect(asked).toEqual(['a'])
  expect(told).toEqual(['one: 10.0.0.1', 'other: 10.0.0.1'])
})

test('a name is looked up anew for whoever asks later', () => {
  ask('a')
  answer('a')
  ask('a')

  expect(asked).toEqual(['a', 'a'])
})

test('one that fails costs no other', () => {
  ask('a')
  ask('b')
  under.get('a')?.(new Error('unknown'), [])

  expect(told).toEqual(['a: unknown'])
  expect(asked).toEqual(['a', 'b'])
})

test('whoever waits no more is not looked up for', () => {
  ask('a')
  const drop = ask('b')
  ask('c')
  drop()
  answer('a')

  expect(asked).toEqual(['a', 'c'])
})

test('whoever else waits for the same name is still looked up for', () => {
  ask('a')
  const drop = ask('b', 'one')
  ask('b', 'other')
  drop()
  answer('a')
  answer('b')

  expect(told).toEqual(['a: 10.0.0.1', 'other: 10.0.0.1'])
})

test('what is under way and is dropped holds up the others until it ends, and is told to nobody', () => {
  const drop = ask('a')
  ask('b')
  drop()
  expect(asked).toEqual(['a'])

  answer('a')

  expect(asked).toEqual(['a', 'b'])
  expect(told).toEqual([])
})

test('what is under way and was dropped is not asked for twice at a time', () => {
  ask('a')()
  ask('a', 'other')
  expect(asked).toEqual(['a'])

  answer('a')

  expect([asked, told]).toEqual([['a'], ['other: 10.0.0.1']])
})

test('a name that was slow waits for all that were not', () => {
  ask('slow')
  vi.advanceTimersByTime(1000)
  answer('slow')
  ask('busy')
  ask('slow')
  ask('quick')
  answer('busy')
  answer('quick')

  expect(asked).toEqual(['slow', 'busy', 'quick', 'slow'])
})

test('a name that was slow and is quick again waits no longer than others', () => {
  ask('slow')
  vi.advanceTimersByTime(1000)
  answer('slow')
  ask('slow')
  answer('slow')
  ask('busy')
  ask('slow')
  ask('quick')
  answer('busy')

  expect(asked).toEqual(['slow', 'slow', 'busy', 'slow'])
})

test('dropped after it was answered, it changes nothing for others', () => {
  const drop = ask('a')
  answer('a')
  ask('a', 'other')
  drop()
  answer('a')

  expect(told).toEqual(['a: 10.0.0.1', 'other: 10.0.0.1'])
})
