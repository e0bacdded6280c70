import { expect, test } from 'vitest'
import { parseSentinelMaster } from '../../src/redis/sentinel-master.ts'

const rest = 'status=ok,address=127.0.0.1:6379,slaves=1,sentinels=3'

test.each([
  'mine',
  'a,b',
  'a=b',
  'a b',
  'a,status=odown',
  'a,status=odown,address=10.0.0.1:1,slaves=9,sentinels=9',
  'name=a',
  ',',
  '',
  '日本 "x"',
])('the line of a master named %j', (name) => {
  expect(Object.fromEntries(parseSentinelMaster(`name=${name},${rest}`))).toEqual({
    name,
    status: 'ok',
    address: '127.0.0.1:6379',
    slaves: '1',
    sentinels: '3',
  })
})

test('parts in another order are read as a list', () => {
  expect([...parseSentinelMaster('slaves=2,status=ok,name=a')]).toEqual([
    ['slaves', '2'],
    ['status', 'ok'],
    ['name', 'a'],
  ])
})
