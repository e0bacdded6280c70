import { expect, test } from 'vitest'
import { oneSpelling, plainName } from '../../src/targets/one-spelling.ts'

test.each([
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['FE80:0::1%eth0', 'fe80::1%eth0'],
  ['fe80::1%Eth0', 'fe80::1%Eth0'],
  ['localhost', 'localhost'],
])('%s is %s, however it is written', (name, plain) => {
  expect(plainName(name)).toBe(plain)
})

test.each([
  ['redis://One.Example:6379', 'redis://one.example:6379'],
  ['rediss://[2001:DB8:0:0::1]:7000', 'rediss://[2001:db8::1]:7000'],
  ['redis://[::]:7000', 'redis://[::]:7000'],
  ['unix:///run/Redis.sock', 'unix:///run/Redis.sock'],
  ['[ ]', '[ ]'],
])('the address %s is %s', (address, spelled) => {
  expect(oneSpelling(address)).toBe(spelled)
  expect(oneSpelling(spelled)).toBe(spelled)
})
