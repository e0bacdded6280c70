import { expect, test } from 'vitest'
import { eventually } from './eventually.ts'

test('an assertion that passes at last gives its value', async () => {
  let attempts = 0

  const value = await eventually(
    () => {
      attempts += 1
      expect(attempts).toBe(3)
      return 'there'
    },
    { every: 1 },
  )

  expect(value).toBe('there')
})

test('an assertion that never passes gives its last error when the time is over', async () => {
  const start = performance.now()
  let attempts = 0

  const failure = eventually(
    () => {
      attempts += 1
      throw new Error(`attempt ${attempts}`)
    },
    { within: 50, every: 5 },
  )

  await expect(failure).rejects.toThrow(/attempt \d+/)
  expect(attempts).toBeGreaterThan(1)
  expect(performance.now() - start).toBeLessThan(1_000)
})

test('an attempt that never settles does not outlive the time given', async () => {
  const failure = eventually(() => new Promise(() => {}), { within: 30 })

  await expect(failure).rejects.toThrow('still waiting for an answer after 30 ms')
})
