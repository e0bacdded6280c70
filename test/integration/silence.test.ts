import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { createSlowPollTask } from '../../src/poller/slow-poll-task.ts'
import { createSlowResults } from '../../src/poller/slow-results.ts'
import type { Connection } from '../../src/redis/connection.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { readingCollector } from '../support/fake-collectors.ts'
import { seeingCollector } from '../support/fake-keyspace.ts'
import { startMutingProxy } from '../support/muting-proxy.ts'
import { polledTarget } from '../support/polled-target.ts'
import { publishedSlowResults } from '../support/published-slow-results.ts'
import { startRedis } from '../support/redis-server.ts'
import { walkedTarget } from '../support/walked-target.ts'

/** What a server may say nothing for, in milliseconds, in the place of half a minute. */
const silence = 1_000

const endpointOf = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port, tls: false }) as const

const connections: readonly {
  readonly over: string
  readonly connect: (port: number) => Connection
}[] = [
  {
    over: 'ioredis',
    connect: (port) => createConnect(endpointOf(port), fixedLogin({}), {}, silence)(),
  },
  {
    over: 'a socket',
    connect: (port) => createSocketConnection(endpointOf(port), fixedLogin({}), {}, silence),
  },
]

describe.each(connections)('over $over', ({ connect }) => {
  it('a server that falls silent while a reply is owed loses its connection', async () => {
    await using server = await startRedis()
    await using proxy = await startMutingProxy(server.port)
    const connection = connect(proxy.port)
    await connection.open()
    expect(await connection.send([['PING']])[0]).toBe('PONG')
    proxy.mute()

    await expect(connection.send([['PING']])[0]).rejects.toMatchObject({
      reason: 'connection',
      message: 'the server fell silent for 1 s',
    })
    expect(await connection.open()).toBe('opened')
    expect(await connection.send([['PING']])[0]).toBe('PONG')
    connection.drop(redisError('connection', 'the test is over'))
  })

  it('being idle is no silence', async () => {
    await using server = await startRedis()
    const connection = connect(server.port)
    await connection.open()
    expect(await connection.send([['PING']])[0]).toBe('PONG')
    await delay(1.5 * silence)

    expect(await connection.open()).toBe('kept')
    expect(await connection.send([['PING']])[0]).toBe('PONG')
    connection.drop(redisError('connection', 'the test is over'))
  })
})

it('a slow collector is no success while its server is mute, and is back at the next run', async () => {
  await using server = await startRedis()
  await using proxy = await startMutingProxy(server.port)
  const collectors = [{ ...readingCollector('slow', 'PING'), schedule: 'slow' as const }]
  using target = polledTarget(proxy.url, {
    collectors,
    timeout: 3_600_000,
    connect: (endpoint, login, how) => createConnect(endpoint, login, how, silence)(),
  })
  const noted: (string | undefined)[] = []
  const task = createSlowPollTask({
    beginResults: createSlowResults({
      namespace: 'redis',
      showRole: false,
      scanInterval: 60_000,
      scanMaxAge: undefined,
      store: publishedSlowResults(),
    }),
    noteCollector: ({ error }) => void noted.push(error?.reason),
    leave: () => undefined,
    collectors,
    pollTarget: target.poll,
    clock: systemClock,
  })
  await task.run()
  proxy.mute()
  proxy.muteNew(true)
  await task.run()
  proxy.muteNew(false)
  await task.run()

  expect(noted).toEqual([undefined, 'connection', undefined])
})

it('a walk whose server goes mute goes on over another connection', async () => {
  await using server = await startRedis()
  const pipeline = server.client().pipeline()
  for (let number = 0; number < 100; number++) pipeline.set(`key:${number}`, 'value')
  await pipeline.exec()
  await using proxy = await startMutingProxy(server.port)
  let muted = false
  const everyKey = seeingCollector(
    'everything',
    { 0: { patterns: ['*'] } },
    {
      async visit(_database, keys, read) {
        if (!muted) proxy.mute()
        muted = true
        const types = await read(keys.map((key) => ['TYPE', key]))
        return () => types.map(() => sample(anyMetric, 1))
      },
    },
  )
  using target = walkedTarget(proxy.url, [everyKey], {
    settings: { checkKeysBatchSize: 10 },
    silence,
  })
  const { error, keys } = await target.walk()

  expect(error).toBeUndefined()
  expect(keys).toBe(100)
  expect([target.begun(), target.resumed(), proxy.connections()]).toEqual([1, 1, 2])
})

const anyMetric = gauge('seen', 'A key (a test)')
