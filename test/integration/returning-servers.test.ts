import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { createRenewedConnection } from '../../src/redis/renewed-connection.ts'
import { type Forwarder, startForwarder } from '../support/forwarder.ts'
import { type PolledTarget, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { hasCommandlog } from '../support/server-under-test.ts'

// One address behind which first one server answers, then another, then the first again.

const args = [
  ...['--slowlog-log-slower-than', '0'],
  ...(hasCommandlog ? ['--commandlog-request-larger-than', '0'] : []),
]

let one: RedisServer
let other: RedisServer
let address: Forwarder
let target: PolledTarget

beforeAll(async () => {
  one = await startRedis({ args })
  other = await startRedis({ args })
  address = await startForwarder(one.port)
  target = polledTarget(address.url, {
    collect: ['slowlog-entries', 'commandlog-entries', 'acl-log'],
    connect: (...how) =>
      createRenewedConnection({
        connect: createConnect(...how),
        maximumAgeMilliseconds: 1,
        patienceMilliseconds: 5_000,
        onRenewal: () => undefined,
        clock: systemClock,
      }),
  })
})

afterAll(async () => {
  target?.[Symbol.dispose]()
  await address?.[Symbol.asyncDispose]()
  await Promise.all([one?.stop(), other?.stop()])
})

/** So many commands that nobody else sends, each of which comes into every log. */
async function cause(server: RedisServer, entries: number): Promise<void> {
  for (let count = 0; count < entries; count++) await server.client().incr('counter')
}

const counters = [
  ['redis_slowlog_entries_total', { cmd: 'incr' }],
  ...(hasCommandlog
    ? [['redis_commandlog_entries_total', { type: 'large-request', cmd: 'incr' }] as const]
    : []),
] as const

async function counts(): Promise<readonly (number | undefined)[]> {
  const value = await pollValues(target)
  return counters.map(([name, labels]) => value(name, labels))
}

const each = (count: number | undefined) => counters.map(() => count)

it('begins at nothing with every server that answers, also with one that was seen before', async () => {
  await cause(one, 3)
  await counts()
  await cause(one, 20)
  expect(await counts()).toEqual(each(20))

  address.leadTo(other.port)
  await cause(other, 5)
  expect(await counts()).toEqual(each(undefined))
  await cause(other, 2)
  expect(await counts()).toEqual(each(2))

  address.leadTo(one.port)
  await cause(one, 7)
  // What came while the other one answered is not known to have come now.
  expect(await counts()).toEqual(each(undefined))
  await cause(one, 1)
  expect(await counts()).toEqual(each(1))
})
