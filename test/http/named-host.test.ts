import { expect, test } from 'vitest'
import { isHost, namedHost } from '../../src/http/named-host.ts'

test.each([
  ['/sd', 'exporter:9121', 'exporter:9121'],
  ['/sd?a=http://b', 'exporter', 'exporter'],
  ['http://other:80/sd', 'exporter', 'other:80'],
  ['HTTP://user:p@other/sd', 'exporter', 'other'],
  ['http://other?a@b', 'exporter', 'other'],
  ['*', 'exporter', 'exporter'],
  ['/sd', undefined, ''],
])('a request for %s with the host %s names the host %s', (url, host, named) => {
  expect(namedHost({ url, headers: { host } })).toBe(named)
})

test.each([
  ...['', 'exporter', 'exporter:9121', 'exporter:', 'a_b.c-d', '127.0.0.1:80'],
  ...['[::1]', '[fe80::1%25eth0]:9121', '[v1.x]', "a!$&'()*+,;=~%41"],
])('%j is a host', (text) => {
  expect(isHost(text)).toBe(true)
})

test.each(['a b', 'a/b', 'a@b', 'a:1:2', 'a:b', '"', '[::1', '::1', '[a]b', 'ü', 'a\\b', 'a#b'])(
  '%j is none',
  (text) => {
    expect(isHost(text)).toBe(false)
  },
)
