import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createRestingScope } from '../src/resting-scope.ts'
import { eventually } from './support/eventually.ts'

const moment = 20
// Later releases carry it at no cost, so there it does not rest.
const mayRest = Number(process.versions.node.split('.')[0]) < 24

describe('a value', () => {
  test('is carried through promises, ticks and timers, and to nobody else', async () => {
    const scope = createRestingScope<string>()
    const seen = scope.run('a', async () => {
      await undefined
      const inPromise = scope.value()
      const inTick = await new Promise((resolve) => process.nextTick(() => resolve(scope.value())))
      await pause(1)
      return [inPromise, inTick, scope.value()]
    })

    expect(scope.value()).toBeUndefined()
    expect(await seen).toEqual(['a', 'a', 'a'])
  })

  test('stays for as long as a promise of the work is open', async () => {
    const scope = createRestingScope<string>(moment)

    expect(
      await scope.run('a', async () => {
        await pause(10 * moment)
        return scope.value()
      }),
    ).toBe('a')
  })

  test('stays behind that for as long as it is asked for', async () => {
    const scope = createRestingScope<string>(moment)
    let asked = 0
    const seen = new Promise<unknown>((resolve) => {
      scope.run('a', () => {
        const asking = setInterval(() => {
          asked += 1
          const value = scope.value()
          if (asked < 10 * moment && value === 'a') return
          clearInterval(asking)
          resolve(value)
        })
      })
    })

    expect(await seen).toBe('a')
  })

  test('is let go where nobody asks, until something is run for its sake once more', async () => {
    const scope = createRestingScope<string>(moment)
    const seenLater = () =>
      scope.run('a', () => ({ value: pause(20 * moment).then(() => scope.value()) })).value

    // A machine that stands still for a while wakes all timers at once.
    await eventually(async () => expect(await seenLater()).toBe(mayRest ? undefined : 'a'))
    expect(scope.run('b', () => scope.value())).toBe('b')
  })
})

test('what belongs to nobody has no value, and what comes behind it has', () => {
  const scope = createRestingScope<string>()

  expect(scope.run('a', () => [scope.exit(() => scope.value()), scope.value()])).toEqual([
    undefined,
    'a',
  ])
})
