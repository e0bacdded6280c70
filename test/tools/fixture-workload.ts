import type { Redis } from 'ioredis'
import { leaveExpiredKey } from '../support/expired-key.ts'
import type { RedisServer } from '../support/redis-server.ts'

const slowScript = 'local sum = 0 for i = 1, 4000000 do sum = sum + i end return sum'

/** Gives a server something of every kind that an exporter reads, in a second or so. */
export async function runFixtureWorkload(server: RedisServer): Promise<void> {
  const client = server.client()
  const writes = client.pipeline()
  for (let number = 0; number < 1_000; number++) {
    writes.set(`string:${number}`, 'x'.repeat(number % 100), 'EX', 3_600)
    writes.lpush('list', number)
    writes.hset('hash', `field:${number}`, number)
    writes.zadd('sorted', number, `member:${number}`)
    // Every second one is a miss.
    writes.get(`string:${number * 2}`)
  }
  await writes.exec()
  await leaveExpiredKey(client, 'gone')
  await client.pfadd('visitors', 'a', 'b')
  for (const number of [1, 2, 3]) {
    await client.xadd('orders', '*', 'id', number)
  }
  await client.xgroup('CREATE', 'orders', 'billing', '0')
  await client.xreadgroup('GROUP', 'billing', 'worker-1', 'COUNT', 1, 'STREAMS', 'orders', '>')
  await client.eval(slowScript, 0)
  await causeErrors(client)
  await fillDatabase(server, 3)
  await fillDatabase(server, 11)
}

async function causeErrors(client: Redis): Promise<void> {
  const mistakes = [
    ['INCR', 'hash'],
    ['NOSUCHCOMMAND', 'a'],
    ['GET'],
    ['EVALSHA', '0'.repeat(40), '0'],
  ] as const
  for (const [name, ...words] of mistakes) {
    await client.call(name, ...words).catch(() => {})
  }
}

async function fillDatabase(server: RedisServer, db: number): Promise<void> {
  const client = server.client({ db })
  await client.set('a', 1)
  await client.set('b', 2, 'EX', 3_600)
}

/** The same for what only newer servers have. */
export async function runNewerWorkload(server: RedisServer): Promise<void> {
  const client = server.client()
  const known = (await client.call('COMMAND', 'INFO', 'COMMANDLOG', 'HOTKEYS', 'VADD')) as unknown[]
  const [commandlog, hotkeys, vectors] = known.map((one) => one !== null)
  if (commandlog) {
    for (const kind of ['request', 'reply'])
      await client.config('SET', `commandlog-${kind}-larger-than`, 1_000)
    await client.set('large', 'x'.repeat(2_000))
    await client.get('large')
  }
  if (vectors)
    for (const name of ['a', 'b'])
      await client.call('VADD', 'vectors', 'VALUES', '2', '1', '2', name)
  if (hotkeys) {
    // Servers of that age know the ids of producers, too.
    for (const id of ['1', '1', '2'])
      await client.call('XADD', 'orders', 'IDMP', 'shop', id, '*', 'id', id)
    await client.call('HOTKEYS', 'START', 'METRICS', '2', 'CPU', 'NET', 'SAMPLE', '2')
    for (let count = 0; count < 50; count++) await client.set('string:1', 'x')
  }
}
