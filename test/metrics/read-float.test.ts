import { expect, test } from 'vitest'
import { readFloat } from '../../src/metrics/read-float.ts'
import { floats } from '../support/key-workload.ts'

// The same table is put into a real server and read by the Go exporter in test/integration.
test.each(floats)('%j is read as %s', (text, value) => {
  expect(readFloat(text)).toBe(value)
})

test('an empty text is no number', () => {
  expect(readFloat('')).toBeUndefined()
})
