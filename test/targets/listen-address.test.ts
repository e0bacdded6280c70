import { expect, test } from 'vitest'
import { listenAddress } from '../../src/options/value-kinds.ts'
import { formatListenAddress } from '../../src/targets/listen-address.ts'

test.each([
  ':9121',
  'localhost:0',
  '127.0.0.1:9121',
  '[::1]:9121',
  '[fe80::1%eth0.100]:9121',
  'unix:///run/exporter.sock',
])('%s is written as it is read', (text) => {
  const address = listenAddress.read(text)

  expect(address && formatListenAddress(address)).toBe(text)
})

test.each([
  '[fe80::1%]:1',
  '[fe80::1%a b]:1',
  '[127.0.0.1%eth0]:1',
  'fe80::1%eth0:1',
  '[a%eth0]:1',
])('%s is no address to listen on', (text) => {
  expect(listenAddress.read(text)).toBeUndefined()
})
