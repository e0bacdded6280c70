import { expect, it } from 'vitest'
import { discoverSentinels } from '../support/discovered-sentinels.ts'
import { eventually } from '../support/eventually.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 50 }

const configuration = [`sentinel myid ${'a'.repeat(40)}`]

it('of two Sentinels that have the same id, what both watch is found, which is told', async () => {
  await using one = await startRedis()
  await using two = await startRedis()
  const watching = (name: string, { port }: RedisServer) =>
    startSentinel({ masters: [{ name, port }], configuration })
  await using first = await watching('one', one)
  await using second = await watching('two', two)
  using source = discoverSentinels([addressOf(first), addressOf(second)])

  await eventually(() => expect(source.ports()).toEqual(portsOf(first, second, one, two)), within)
  expect(source.figures()).toMatchObject({
    [`sentinel_master_address one ${addressOf(one)}`]: 1,
    [`sentinel_master_address two ${addressOf(two)}`]: 1,
  })
  expect(source.state().failure).toMatch(/^Sentinels have the same id/)
  expect(source.shown().map(({ level }) => level)).toContain('warn')
}, 60_000)

it('a Sentinel that is configured by two addresses is one, and nothing is told', async () => {
  await using master = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'one', port: master.port }] })
  const byName = `redis://localhost:${sentinel.port}`
  using source = discoverSentinels([addressOf(sentinel), byName])

  await eventually(
    () => expect(source.ports()).toEqual(portsOf(sentinel, sentinel, master)),
    within,
  )
  await eventually(() => expect(source.state().lastSuccess).toBeDefined(), within)
  expect(Object.keys(source.figures()).filter((one) => one.includes('agreement'))).toHaveLength(1)
  expect(source.shown()).toEqual([])
}, 60_000)
