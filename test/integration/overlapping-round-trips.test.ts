import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

/* A walk sends the next SCAN while the last one is being answered, so that something is owed all the time. */

const maxReplyBytes = 65_536
const text = 'a'.repeat(60_000)
const read: Command = ['GETRANGE', 'long', '0', '-1']
const many = Array.from({ length: 20 }, () => read)

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  await redis.client().set('long', text)
})

afterAll(() => redis.stop())

async function connected() {
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: redis.port, tls: false } as const
  const connection = createSocketConnection(endpoint, fixedLogin({}), { maxReplyBytes })
  await connection.open()
  const close = () => connection.drop(redisError('connection', 'the test is over'))
  return Object.assign(connection, { [Symbol.dispose]: close })
}

it('round trips may have more together than one of them may', async () => {
  using connection = await connected()
  const replies = await Promise.all(many.map((command) => connection.exchange([command])))

  expect(replies).toEqual(many.map(() => [text]))
})

it('one may not, also behind another one', async () => {
  using connection = await connected()
  const first = connection.exchange([read])
  const second = connection.exchange(many)

  expect(await first).toEqual([text])
  await expect(second).rejects.toMatchObject({ reason: 'too_large', command: read })
})

it('how its first reply begins is told to whoever asked, ahead of the rest', async () => {
  using connection = await connected()
  const told: unknown[] = []
  const tell = (name: string) => (head: unknown) => told.push(`${name}: ${head}`)
  const scan: Command = ['SCAN', '0']
  await Promise.all([
    connection.exchange([scan], tell('first')).then(() => told.push('all of the first')),
    connection.exchange([['PING'], scan], tell('second')),
    connection.exchange([scan], tell('third')),
  ])

  expect([...told].sort()).toEqual(['all of the first', 'first: 0', 'third: 0'])
  expect(told[0]).toBe('first: 0')
})
