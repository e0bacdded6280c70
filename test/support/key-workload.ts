import { leaveExpiredKey } from './expired-key.ts'
import type { RedisServer } from './redis-server.ts'

/** A value and what a program in Go reads of it; undefined where it reads no number. */
export const floats: readonly (readonly [text: string, value: number | undefined])[] = [
  ['0', 0],
  ['-0', -0],
  ['42', 42],
  ['+5', 5],
  ['-1.5', -1.5],
  ['5.', 5],
  ['.5', 0.5],
  ['007', 7],
  ['1e5', 1e5],
  ['1E-5', 1e-5],
  ['1e+5', 1e5],
  ['1e-400', 0],
  ['9007199254740993', 9007199254740992],
  ['inf', Infinity],
  ['+Inf', Infinity],
  ['-INFINITY', -Infinity],
  ['nan', Number.NaN],
  ['NaN', Number.NaN],
  ['0x1p-2', 0.25],
  ['-0X1.8P1', -3],
  ['0x.8p0', 0.5],
  ['0x10', undefined],
  ['0xp1', undefined],
  ['0x1p', undefined],
  ['1e', undefined],
  ['e5', undefined],
  ['.', undefined],
  ['+', undefined],
  ['+nan', undefined],
  ['infin', undefined],
  ['1e400', undefined],
  ['0x1p2000', undefined],
  [' 7', undefined],
  ['7 ', undefined],
  ['7\n', undefined],
  ['1,5', undefined],
  ['1_000', 1000],
  ['1_2.3_4e+0_1', 123.4],
  ['0x_1_0p-0_4', 1],
  ['0x1_.8p1', undefined],
  ['_1', undefined],
  ['1_', undefined],
  ['1_.5', undefined],
  ['1._5', undefined],
  ['1e_5', undefined],
  ['0x0p99999', 0],
  ['0x.p1', undefined],
  ['1__000', undefined],
  ['0b11', undefined],
  ['true', undefined],
  ['12 monkeys', undefined],
  ['٣', undefined],
]

/** Keys of every type, with names and values of every kind, in several databases. */
export async function runKeyWorkload(server: RedisServer): Promise<void> {
  const client = server.client()
  for (const [index, [text]] of floats.entries()) await client.set(`value:${index}`, text)
  for (const database of [0, 3]) {
    await client.select(database)
    await client.set('key:empty', '')
    await client.set('key:word', 'hello "world"\\\n')
    await client.set('key:511', 'a'.repeat(511))
    await client.set('key:hyll', 'HYLLO, said the HyperLogLog')
    await client.set('key:hyll-short', 'HYLL')
    await client.rpush('key:list', 1, 2, 3)
    await client.sadd('key:set', 1, 2, 3, 4)
    await client.zadd('key:zset', 1, 'a', 2, 'b')
    await client.hset('key:hash', 'a', 1)
    await client.pfadd('key:hll', ...Array.from({ length: 100 }, (_, index) => index))
    await client.pfadd('key:hll-empty')
    await client.pfadd('key:hll-dense', ...Array.from({ length: 5_000 }, (_, index) => index))
    await client.set('key:expiring', 'soon', 'EX', 3_600)
    await leaveExpiredKey(client, 'key:gone')
    await client.set('key:"quoted" \\ \n\t={}*', 7)
    await client.set('key:日本', 'naïve')
    await fillStreams(server, database)
  }
  await client.select(0)
  await client.set('long:512', 'b'.repeat(512))
  await client.set('long:100000', 'c'.repeat(100_000))
  await client.set(Buffer.from('binary:\xff\xfe\x00', 'latin1'), Buffer.from([0xff, 0xfe]))
  await client.hset(Buffer.from('binary:\xff hash', 'latin1'), 'a', 1)
}

async function fillStreams(server: RedisServer, db: number): Promise<void> {
  const client = server.client({ db })
  for (const time of [1_001, 1_002, 1_003]) await client.xadd('stream:orders', `${time}-1`, 'a', 1)
  await client.xgroup('CREATE', 'stream:orders', 'billing', '0')
  await client.xgroup('CREATE', 'stream:orders', 'a "group"\n', '$')
  // In the middle, so that the server does not know how far behind it is.
  await client.xgroup('CREATE', 'stream:orders', 'lost', '1002-0')
  const read = ['COUNT', 2, 'STREAMS', 'stream:orders', '>'] as const
  await client.xreadgroup('GROUP', 'billing', 'worker 1', ...read)
  await client.xreadgroup('GROUP', 'billing', 'worker\\2', ...read)
  await client.xadd('stream:empty', '5-5', 'a', 1)
  await client.xdel('stream:empty', '5-5')
}
