import dns from 'node:dns'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import {
  createRenewedBulkConnection,
  createRenewedConnection,
} from '../../src/redis/renewed-connection.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { type NameServer, startNameServer } from '../support/name-server.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

// Two servers on one port of two addresses, and a name in the DNS that leads to one of them: what a
// failover behind a name looks like. The connection is made as ever, its socket a real one.

const host = 'redis.of.the.test'
const addresses = ['127.0.0.1', '127.0.0.2'] as const
const patience = {
  patienceMilliseconds: 2_000,
  onRenewal: () => undefined,
  clock: systemClock,
}

let port: number
let servers: readonly RedisServer[]
let runs: readonly (string | undefined)[]
let names: NameServer

beforeEach(async () => {
  port = await freePort()
  const started: RedisServer[] = []
  for (const address of addresses)
    started.push(await startRedis({ port, args: ['--bind', address] }))
  servers = started
  runs = await Promise.all(
    servers.map(async (server, index) => {
      const client = server.client({ host: addresses[index] ?? '' })
      return /run_id:(\w+)/.exec(await client.info('server'))?.[1]
    }),
  )
  expect(new Set(runs).size).toBe(2)
  names = await startNameServer(addresses[0])
  vi.spyOn(dns, 'lookup').mockImplementation(names.lookup)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(servers.map((server) => server.stop()))
  await names[Symbol.asyncDispose]()
})

/** A target that is known by the name; its connection is replaced when it is so old. */
function named(maximumAgeMilliseconds: number) {
  return polledTarget(`redis://${host}:${port}`, {
    connect: (...how) =>
      createRenewedConnection({
        connect: createConnect(...how),
        maximumAgeMilliseconds,
        ...patience,
      }),
  })
}

async function runOf(target: ReturnType<typeof named>): Promise<string | undefined> {
  const { error, run } = await target.poll()
  expect(error).toBeUndefined()
  return run?.id
}

describe('a name that leads to another address', () => {
  it('is followed by the poll when the connection is of age, without a failed poll', async () => {
    using target = named(1)
    expect([await runOf(target), await runOf(target)]).toEqual([runs[0], runs[0]])

    names.leadTo(addresses[1])

    expect([await runOf(target), await runOf(target)]).toEqual([runs[1], runs[1]])
  })

  it('is not asked for with every poll before that', async () => {
    using target = named(3_600_000)
    await runOf(target)
    const asked = names.questions()
    names.leadTo(addresses[1])

    expect([await runOf(target), await runOf(target)]).toEqual([runs[0], runs[0]])
    expect(names.questions()).toBe(asked)
  })

  it('is followed at once where the server behind the old one is gone', async () => {
    using target = named(3_600_000)
    await runOf(target)
    names.leadTo(addresses[1])
    await servers[0]?.kill()

    expect(await runOf(target)).toBe(runs[1])
  })

  it('is followed at once where the server behind the old one became a replica', async () => {
    using target = named(3_600_000)
    expect([await runOf(target), await runOf(target)]).toEqual([runs[0], runs[0]])
    names.leadTo(addresses[1])
    await servers[0]?.client().call('REPLICAOF', addresses[1], `${port}`)

    expect(await runOf(target)).toBe(runs[1])
  })

  it('is followed by a walk as well', async () => {
    const walking = createRenewedBulkConnection({
      connect: () =>
        createSocketConnection({ kind: 'tcp', host, port, tls: false }, fixedLogin({})),
      maximumAgeMilliseconds: 1,
      ...patience,
    })
    const runId = async () => {
      await walking.open()
      const [reply] = await walking.exchange([['INFO', 'server']])
      return /run_id:(\w+)/.exec(String(reply))?.[1]
    }
    expect(await runId()).toBe(runs[0])

    names.leadTo(addresses[1])

    await eventually(async () => expect(await runId()).toBe(runs[1]))
    walking.drop(Object(new Error('the test is over')))
  })
})

it('a name that leads nowhere for a while ends no connection that works', async () => {
  using target = named(1)
  await runOf(target)
  names.leadTo(undefined)

  expect([await runOf(target), await runOf(target)]).toEqual([runs[0], runs[0]])
})
