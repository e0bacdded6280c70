import { describe, expect, test } from 'vitest'
import { mistakesOf } from '../support/configured.ts'

const listen = '--web.listen-address (REDIS_EXPORTER_WEB_LISTEN_ADDRESS)'
const probe = '--web.probe-address (REDIS_EXPORTER_WEB_PROBE_ADDRESS)'

describe('two addresses that are one place are a mistake', () => {
  test.each([
    [':81', ':81'],
    ['127.0.0.1:81', '127.0.0.1:81'],
    [':81', '127.0.0.1:81'],
    ['0.0.0.0:81', ':81'],
    ['0.0.0.0:81', 'localhost:81'],
    ['[::]:81', '10.0.0.1:81'],
    ['LOCALHOST:81', 'localhost:81'],
    ['[0:0:0:0:0:0:0:1]:81', '[::1]:81'],
    ['[fe80::1%eth0]:81', '[FE80:0::1%eth0]:81'],
    ['[::ffff:127.0.0.1]:81', '127.0.0.1:81'],
    ['[::ffff:0.0.0.0]:81', '127.0.0.1:81'],
    ['unix:///a/b', 'unix:///a//b'],
  ])('%s and %s', (one, other) => {
    const flags = [`--web.listen-address=${one}`, `--web.listen-address=${other}`]

    expect(mistakesOf(flags)).toEqual([
      `${listen}: ${other} and ${one} are one place; give each place once`,
    ])
    expect(mistakesOf([`--web.listen-address=${one},${other}`])).toHaveLength(1)
    expect(mistakesOf([`--web.listen-address=${one}`, `--web.probe-address=${other}`])).toEqual([
      `${probe}: ${other} and ${one} of ${listen} are one place; give each place once`,
    ])
  })

  test('where one of them is there by default', () => {
    expect(mistakesOf(['--web.probe-address=:9121'])).toEqual([
      `${probe}: :9121 and :9121 of ${listen} are one place; give each place once`,
    ])
  })
})

test.each([
  [':81', ':82'],
  ['127.0.0.1:81', '127.0.0.2:81'],
  ['0.0.0.0:81', '[::1]:81'],
  ['[fe80::1%eth0]:81', '[fe80::1%eth1]:81'],
  ['[fe80::1%eth0]:81', '[fe80::1%ETH0]:81'],
  ['[fe80::1%eth0]:81', '[fe80::2%eth0]:81'],
  [':0', ':0'],
  ['unix:///a', 'unix:///b'],
  ['unix:///a', ':81'],
])('%s and %s are two places', (one, other) => {
  expect(mistakesOf([`--web.listen-address=${one},${other}`])).toEqual([])
})
