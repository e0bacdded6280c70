import { expect, test } from 'vitest'
import { alreadySent, LazyHeaders, whenNeeded } from '../../src/build/web-classes.ts'

/** A class in the place of one of the platform, and how often it was asked for. */
function platformClass() {
  let asked = 0
  class Real {
    readonly given: readonly string[]
    constructor(...given: string[]) {
      this.given = given
    }
    first() {
      return this.given[0]
    }
  }
  Object.defineProperty(globalThis, 'RealOfTest', {
    configurable: true,
    get() {
      asked += 1
      return Real
    },
  })
  const StandIn = whenNeeded('RealOfTest') as unknown as typeof Real
  return { Real, StandIn, asked: () => asked }
}

test('nothing is loaded by deriving from a class or by asking for its objects', () => {
  const { StandIn, asked } = platformClass()
  class Derived extends StandIn {}

  expect({} instanceof StandIn).toBe(false)
  expect(Object.create(Derived.prototype) instanceof StandIn).toBe(true)
  expect(asked()).toBe(0)
})

test('what it makes is an object of the real class', () => {
  const { Real, StandIn, asked } = platformClass()
  const made = [new StandIn('a'), new StandIn('b')]

  expect(made.map((one) => one.first())).toEqual(['a', 'b'])
  expect(made.every((one) => one instanceof Real && one instanceof StandIn)).toBe(true)
  expect(new Real() instanceof StandIn).toBe(true)
  expect(asked()).toBe(1)
})

test('a class that derives from it makes objects of both, though it was declared before', () => {
  const { Real, StandIn } = platformClass()
  class Derived extends StandIn {
    second() {
      return this.given[1]
    }
  }
  const made = new Derived('a', 'b')

  expect([made.first(), made.second()]).toEqual(['a', 'b'])
  expect(made instanceof Real && made instanceof Derived && made instanceof StandIn).toBe(true)
})

test('what stands for an answer that was sent is known by its header, as that of the server', () => {
  expect(alreadySent.headers instanceof LazyHeaders).toBe(true)
  expect(alreadySent.headers.has('set-cookie')).toBe(false)
  expect([...alreadySent.headers]).toEqual([['x-hono-already-sent', 'true']])
  expect(alreadySent.body).toBeNull()
})
