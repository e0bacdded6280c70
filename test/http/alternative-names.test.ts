import { expect, test } from 'vitest'
import { alternativeNames } from '../../src/http/alternative-names.ts'

test.each([
  ['', []],
  ['DNS:a.example', ['a.example']],
  [
    'DNS:a.example, IP Address:10.0.0.1, email:me@a.example',
    ['a.example', '10.0.0.1', 'me@a.example'],
  ],
  ['IP Address:0:0:0:0:0:0:0:1, URI:spiffe://a/b', ['::1', 'spiffe://a/b']],
  [
    'URI:"http://a/?x, DNS:b.example, y", DNS:c.example',
    ['http://a/?x, DNS:b.example, y', 'c.example'],
  ],
  ['DNS:"a\\", DNS:b.example", DNS:c.example', ['a", DNS:b.example', 'c.example']],
])('%j holds %j', (text, names) => {
  expect(alternativeNames(text)).toEqual(names)
})
