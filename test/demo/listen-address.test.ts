import { expect, test } from 'vitest'
import { urlOfListenAddress } from './listen-address.ts'

test.each([
  ['127.0.0.1:9121', 'http://127.0.0.1:9121'],
  [':9121', 'http://127.0.0.1:9121'],
  ['0.0.0.0:80', 'http://127.0.0.1:80'],
  ['[::]:80', 'http://127.0.0.1:80'],
  ['[::1]:80', 'http://[::1]:80'],
  ['localhost:80', 'http://localhost:80'],
])('a server that listens on %s is reached at %s', (listenAddress, url) => {
  expect(urlOfListenAddress(listenAddress)).toBe(url)
})
