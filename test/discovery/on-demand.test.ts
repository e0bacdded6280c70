import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOnDemand, type OnDemand } from '../../src/discovery/on-demand.ts'
import { createAllowList } from '../../src/targets/allow-list.ts'
import { parseAllowRules } from '../../src/targets/allow-rule.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

const idleMilliseconds = 150_000

let clock: FakeClock
let source: OnDemand<object>
let refused: (string | undefined)[][]
let told: number
let watched: string[]

beforeEach(() => {
  vi.useFakeTimers()
  clock = fakeClock()
  refused = []
  told = 0
  watched = []
  source = createOnDemand<object>({
    allowed: createAllowList(
      parseAllowRules('a,b:1-9=user@/file,10.0.0.0/8,[2001:db8::]/32') ?? [],
    ),
    maximum: 2,
    idleMilliseconds,
    settings: {},
    loginBy: ({ login }, { kind }) => fixedLogin({}, `${kind} ${login?.user}`),
    watched: () => new Set(watched),
    onRefused: (...how) => void refused.push(how),
    clock,
  })
  source.onChange(() => {
    told += 1
  })
})
afterEach(() => {
  source.stop()
  vi.useRealTimers()
})

/** Lets time pass for the clock and for the timers. */
function pass(milliseconds: number): void {
  clock.advance(milliseconds)
  vi.advanceTimersByTime(milliseconds)
}

const addresses = () => source.wanted().map(({ address }) => address)

test('what is allowed is wanted from the first request on', () => {
  expect(source.ask('a')).toEqual({ kind: 'watched', name: 'redis://a:6379' })

  expect(source.wanted()).toMatchObject([
    { address: 'redis://a:6379', name: 'redis://a:6379', database: 0, labels: {} },
  ])
  expect(told).toBe(1)
  expect(refused).toEqual([])
})

test.each([
  ['REDIS://A', 'redis://a:6379'],
  ['valkey://a:6379/7', 'redis://a:6379'],
  ['a?db=3', 'redis://a:6379'],
  ['rediss://a', 'rediss://a:6379'],
  ['[2001:DB8:0::1]:1', 'redis://[2001:db8::1]:1'],
])('%s is %s in each of its spellings', (text, address) => {
  source.ask(text)
  source.ask(address)

  expect(addresses()).toEqual([address])
  expect(told).toBe(1)
})

test('whoever is asked by a rule with a login is logged in to as that says, others as nobody', () => {
  source.ask('a')
  source.ask('b:7')

  expect(source.wanted().map(({ login }) => login.from)).toEqual(['tcp undefined', 'tcp user'])
})

describe('is refused', () => {
  test.each([
    ['c', 'rule', 'redis://c:6379'],
    ['b:10', 'rule', 'redis://b:10'],
    ['user@a', 'credentials', undefined],
    ['@a', 'credentials', undefined],
    ['unix:///run/redis.sock', 'form', undefined],
    ['[2001:db8::1%1]:6379', 'form', undefined],
    ['a:0', 'form', undefined],
    ['', 'form', undefined],
  ])('%s: %s', (text, refusal, address) => {
    expect(source.ask(text)).toEqual({ kind: 'refused', refusal })

    expect(addresses()).toEqual([])
    expect(refused).toEqual([[refusal, address]])
  })

  test('whoever comes when there are enough; those that are there stay', () => {
    source.ask('a:1')
    source.ask('a:2')

    expect(source.ask('a:3')).toEqual({ kind: 'refused', refusal: 'full' })
    expect(source.ask('a:1')).toEqual({ kind: 'watched', name: 'redis://a:1' })
    expect(addresses()).toEqual(['redis://a:1', 'redis://a:2'])
  })

  test('where a name leads that is special, each time, and nowhere else', () => {
    source.ask('a')
    const [{ endpoint } = { endpoint: undefined }] = source.wanted()
    const mayLeadTo = endpoint?.kind === 'tcp' ? endpoint.guard?.mayLeadTo : undefined

    expect(mayLeadTo?.('10.0.0.1')).toBe(true)
    expect(mayLeadTo?.('127.0.0.1')).toBe(false)
    expect(mayLeadTo?.('127.0.0.1')).toBe(false)
    expect(refused).toEqual([
      ['address', 'redis://a:6379'],
      ['address', 'redis://a:6379'],
    ])
  })
})

describe('what nobody asks for', () => {
  test('is wanted no more when it is so old', () => {
    source.ask('a')
    pass(idleMilliseconds - 1)
    expect(addresses()).toEqual(['redis://a:6379'])

    pass(idleMilliseconds / 10)

    expect(addresses()).toEqual([])
    expect(told).toBe(2)
  })

  test('stays while somebody does', () => {
    source.ask('a')
    for (let times = 0; times < 5; times += 1) {
      pass(idleMilliseconds * 0.8)
      source.ask('a')
    }

    expect(addresses()).toEqual(['redis://a:6379'])
    expect(told).toBe(1)
  })

  test('gives its place to others at once', () => {
    source.ask('a:1')
    source.ask('a:2')
    clock.advance(idleMilliseconds)

    expect(source.ask('a:3').kind).toBe('watched')
    expect(addresses()).toEqual(['redis://a:3'])
  })

  test('nor is what is watched otherwise by now', () => {
    source.ask('a')
    watched.push('redis://a:6379')
    pass(idleMilliseconds / 10)

    expect(addresses()).toEqual([])
  })
})

test('nothing is left of it when it is stopped', () => {
  source.stop()

  expect(vi.getTimerCount()).toBe(0)
})
