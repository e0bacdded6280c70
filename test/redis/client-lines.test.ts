import { describe, expect, test } from 'vitest'
import { clientId, parseClient, splitAddress } from '../../src/redis/client-lines.ts'

describe('the id of a client', () => {
  test.each([
    ['id=3 addr=127.0.0.1:45864 laddr=127.0.0.1:6379 fd=8 name=', 3],
    ['id=40253233 addr=fd40:1481:21:dbe0:7021:300:a03:1a06:44426 fd=19', 40_253_233],
    ['id=7 addr=/run/redis.sock:0 fd=9', 7],
    ['id=0 addr=:0', 0],
    ['id=3 addr=/tmp/a b=c.sock:0 laddr=/tmp/a b=c.sock:0 fd=8', 3],
    ['id=3 addr=a b=c.sock:0 name=d', 3],
    ['id=3 addr=[a b=c.sock:0]:0 laddr=[a b=c.sock:0]:0 fd=8', 3],
  ])('%s', (line, id) => {
    expect(clientId(line)).toBe(id)
  })

  test.each([
    'id=three addr=127.0.0.1:1',
    'id= addr=127.0.0.1:1',
    'id=3',
    'id=3 name=addr=127.0.0.1:1',
    'id=3 addr=nowhere fd=8',
    'addr=127.0.0.1:1 id=3',
    ' id=3 addr=127.0.0.1:1',
    'ERR unknown command',
  ])('%s tells of no client', (line) => {
    expect(clientId(line)).toBeUndefined()
  })
})

test.each<[string, Readonly<Record<string, string>>]>([
  ['id=1 addr=a:1 name= age=5', { id: '1', addr: 'a:1', name: '', age: '5' }],
  ['name=a=b=c flags=N', { name: 'a=b=c', flags: 'N' }],
  ['name={"\\} cmd=client|list', { name: '{"\\}', cmd: 'client|list' }],
  ['name=id user=ädmin', { name: 'id', user: 'ädmin' }],
  ['name=my app =x Y=1 age=5', { name: 'my app =x Y=1', age: '5' }],
  [
    'name="it\'s" lib-name=Ümlaut 日本 lib-ver=1',
    { name: '"it\'s"', 'lib-name': 'Ümlaut 日本', 'lib-ver': '1' },
  ],
  ['word =value age=5  idle=6 ', { age: '5', idle: '6' }],
  ['id=1 addr=a b.sock:0 name=c d age=5', { id: '1', addr: 'a b.sock:0', name: 'c d', age: '5' }],
  ['', {}],
  [
    // Redis before 6.2 tells no laddr.
    'id=3 addr=/tmp/a b=c.sock:0 fd=9 name=a age=5',
    { id: '3', addr: '/tmp/a b=c.sock:0', fd: '9', name: 'a', age: '5' },
  ],
  [
    'id=3 addr=/tmp/a name=b.sock:0 laddr=/tmp/a name=b.sock:0 fd=9 name= age=5',
    { id: '3', addr: '/tmp/a name=b.sock:0', fd: '9', name: '', age: '5' },
  ],
  [
    'id=3 addr=[a b=c.sock:0]:0 laddr=[a b=c.sock:0]:0 fd=9 name= age=5',
    { id: '3', addr: '[a b=c.sock:0]:0', fd: '9', name: '', age: '5' },
  ],
  [
    'id=3 addr=127.0.0.1:4 laddr=127.0.0.1:5 name=a',
    { id: '3', addr: '127.0.0.1:4', laddr: '127.0.0.1:5', name: 'a' },
  ],
])('the parts of "%s" by name', (line, fields) => {
  expect(Object.fromEntries(parseClient(line))).toEqual(fields)
})

test.each([
  ['127.0.0.1:45864', '127.0.0.1', '45864'],
  ['[::1]:45864', '[::1]', '45864'],
  ['fd40:1481::1a06:44426', 'fd40:1481::1a06', '44426'],
  ['/run/redis.sock:0', '/run/redis.sock', '0'],
  ['/run/a:b.sock:0', '/run/a:b.sock', '0'],
  ['[/run/redis.sock]:0', '/run/redis.sock', '0'],
  ['[/run/redis.sock:0]:0', '/run/redis.sock', '0'],
  ['[a b=c.sock:0]:0', 'a b=c.sock', '0'],
  [':0', '', '0'],
  ['', '', ''],
])('the address %s is host %s and port %s', (address, host, port) => {
  expect(splitAddress(address)).toEqual({ host, port })
})
