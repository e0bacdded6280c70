import { expect, test } from 'vitest'
import { queryOf, requestPath } from '../../src/http/request-path.ts'

test.each([
  ['/metrics', '/metrics'],
  ['/metrics?a=/b?c', '/metrics'],
  ['/', '/'],
  ['/?a', '/'],
  ['http://host/metrics', '/metrics'],
  ['HTTPS://user@host:1/metrics?a', '/metrics'],
  ['http://host', '/'],
  ['http://host?a', '/'],
  // All others stay as they are, which is the path of nothing.
  ['/%6detrics', '/%6detrics'],
  ['/./metrics', '/./metrics'],
  ['/x/../metrics', '/x/../metrics'],
  ['//metrics', '//metrics'],
  ['/http://host/metrics', '/http://host/metrics'],
  ['/metrics#a', '/metrics#a'],
  ['ftp://host/metrics', 'ftp://host/metrics'],
  ['*', '*'],
  ['', ''],
])('%s is %s', (target, path) => {
  expect(requestPath(target)).toBe(path)
})

test.each([
  ['/metrics', ''],
  ['/metrics?', ''],
  ['/metrics?a=b?c&d', 'a=b?c&d'],
  ['http://host/sd?a', 'a'],
  [undefined, ''],
])('the query of %s is %s', (target, query) => {
  expect(queryOf(target)).toBe(query)
})
