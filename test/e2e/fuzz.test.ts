import { expect, it } from 'vitest'
import { fuzz } from '../torture/fuzz.ts'

// What is found is found again with the seed that the error names; see `make torture`.
const seconds = 60
const seed = Date.now() % 1e9

it(`the exporter lives, answers and tells no secret against a server that answers whatever it likes, for a minute (seed ${seed})`, async () => {
  const { pollsUp, pollsDown, expositions, peakResidentBytes } = await fuzz(seed, seconds)

  expect(expositions).toBeGreaterThan(20)
  // Neither all polls failed at the door, nor was the server harmless.
  expect(pollsUp).toBeGreaterThan(3)
  expect(pollsDown).toBeGreaterThan(3)
  expect(peakResidentBytes).toBeLessThan(400 * 2 ** 20)
})
