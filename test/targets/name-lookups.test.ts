import type { LookupAddress } from 'node:dns'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createNameLookups,
  type LookedUp,
  type NameLookups,
} from '../../src/targets/name-lookups.ts'

let lookups: NameLookups
/** What the system was asked for, in order, and how each is answered. */
let asked: string[]
let under: Map<string, LookedUp>
let told: string[]

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  under = new Map()
  told = []
  lookups = lookupsBy(2)
})

function lookupsBy(threads: number): NameLookups {
  return createNameLookups({
    threads,
    lookUpNow(host, answer) {
      asked.push(host)
      under.set(host, answer)
    },
  })
}

afterEach(() => {
  vi.useRealTimers()
})

const at = (address: string): LookupAddress[] => [{ address, family: 4 }]

function askIn(line: keyof NameLookups, host: string, who = host): () => void {
  return lookups[line](host, (failure, found) => {
    told.push(`${who}: ${failure?.message ?? found.map(({ address }) => address)}`)
  })
}

const answer = (host: string) => under.get(host)?.(null, at('10.0.0.1'))

describe('names of strangers', () => {
  const ask = (host: string, who?: string) => askIn('strangers', host, who)

  test('are looked up one at a time', () => {
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
})

describe('names that are configured', () => {
  const ask = (host: string, who?: string) => askIn('configured', host, who)

  /** Lets a name be slow once. */
  function wasSlow(host: string): void {
    ask(host)
    vi.advanceTimersByTime(1000)
    answer(host)
    asked = []
    told = []
  }

  test('are looked up as many at a time as there are threads for', () => {
    for (const name of ['a', 'b', 'c', 'd']) ask(name)
    expect(asked).toEqual(['a', 'b'])

    answer('b')

    expect(asked).toEqual(['a', 'b', 'c'])
  })

  test('whoever asks for the same name while it is looked up is told by that lookup', () => {
    ask('a', 'one')
    ask('a', 'other')
    answer('a')
    ask('a', 'later')

    expect(told).toEqual(['one: 10.0.0.1', 'other: 10.0.0.1'])
    expect(asked).toEqual(['a', 'a'])
  })

  test('given up before their turn, they are not looked up', () => {
    ask('a')
    ask('b')
    const drop = ask('c')
    ask('d')
    drop()
    answer('a')

    expect(asked).toEqual(['a', 'b', 'd'])
  })

  test('those that were slow leave a thread to the others, however many they are', () => {
    for (const name of ['one.silent', 'two.silent', 'three.silent']) wasSlow(name)
    for (const name of ['one.silent', 'two.silent', 'three.silent']) ask(name)
    expect(asked).toEqual(['one.silent'])

    for (const name of ['a', 'b', 'c']) {
      ask(name)
      answer(name)
    }

    expect(asked).toEqual(['one.silent', 'a', 'b', 'c'])
    answer('one.silent')
    expect(asked.at(-1)).toBe('two.silent')
  })

  test('one that is slow for the first time counts as such while it is looked up', () => {
    ask('one.silent')
    vi.advanceTimersByTime(1000)
    ask('two.silent')
    ask('a.quick')

    expect(asked).toEqual(['one.silent', 'a.quick'])
  })

  test('those of a domain that is slow come after the others, and before those that were slow', () => {
    wasSlow('slow.silent')
    ask('a')
    ask('b')
    for (const name of ['slow.silent', 'new.silent', 'new.quick']) ask(name)
    answer('a')
    answer('new.quick')
    answer('b')

    expect(asked).toEqual(['a', 'b', 'new.quick', 'new.silent'])
  })

  test('one that is quick again is no longer held back, nor are others of its domain', () => {
    wasSlow('one.silent')
    ask('one.silent')
    answer('one.silent')
    ask('one.silent')
    ask('two.silent')

    expect(asked).toEqual(['one.silent', 'one.silent', 'two.silent'])
  })

  test('with one thread for all, those that were slow are looked up all the same', () => {
    lookups = lookupsBy(1)
    wasSlow('slow')
    ask('slow')

    expect(asked).toEqual(['slow'])
  })

  test('go before those of strangers, of which one at a time is looked up', () => {
    askIn('strangers', 'one')
    askIn('strangers', 'two')
    ask('a')
    ask('b')
    answer('one')
    answer('a')
    answer('b')

    expect(asked).toEqual(['one', 'a', 'b', 'two'])
  })

  test('a thread is left to them by strangers and those that were slow together, which take turns', () => {
    for (const name of ['slow', 'slower']) wasSlow(name)
    ask('slow')
    ask('slower')
    askIn('strangers', 'one')
    askIn('strangers', 'two')
    expect(asked).toEqual(['slow'])

    for (const name of ['slow', 'one', 'slower']) answer(name)

    expect(asked).toEqual(['slow', 'one', 'slower', 'two'])
  })
})
