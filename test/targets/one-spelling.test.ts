import { expect, test } from 'vitest'
import { plainName } from '../../src/targets/one-spelling.ts'

test('an address of IPv6 is the same however it is written', () => {
  expect(plainName('2001:DB8:0:0::1')).toBe('2001:db8::1')
})
