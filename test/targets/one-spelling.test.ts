import { expect, test } from 'vitest'
import { plainName } from '../../src/targets/one-spelling.ts'

test.each([
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['FE80:0::1%eth0', 'fe80::1%eth0'],
  ['fe80::1%Eth0', 'fe80::1%Eth0'],
  ['localhost', 'localhost'],
])('%s is %s, however it is written', (name, plain) => {
  expect(plainName(name)).toBe(plain)
})
