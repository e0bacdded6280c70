import { expect, it } from 'vitest'
import { discoverSentinels, keptLastAnswer } from '../support/discovered-sentinels.ts'
import { eventually } from '../support/eventually.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 50 }

async function peersOf(sentinel: RedisServer, name: string): Promise<number> {
  const peers = await sentinel.client().call('SENTINEL', 'SENTINELS', name)
  return Array.isArray(peers) ? peers.length : 0
}

it('Sentinels that share one master keep each its own of the same name, also when one of them is gone', async () => {
  await using shared = await startRedis()
  await using own = await startRedis()
  await using other = await startRedis()
  const watching = (master: RedisServer) =>
    startSentinel({
      masters: [
        { name: 'orders', port: master.port },
        { name: 'shared', port: shared.port },
      ],
    })
  await using first = await watching(own)
  await using second = await watching(other)
  for (const one of [first, second])
    await eventually(async () => expect(await peersOf(one, 'shared')).toBe(1), within)
  expect(await peersOf(first, 'orders')).toBe(0)
  using source = discoverSentinels([addressOf(first), addressOf(second)], ['--poll.interval=1s'])
  const all = portsOf(first, second, shared, own, other)
  const address = (name: string, master: RedisServer) => ({
    [`sentinel_master_address ${name} ${addressOf(master)}`]: 1,
  })
  const agreement = (name: string, sentinel: RedisServer) => ({
    [`sentinel_master_agreement ${name} ${addressOf(sentinel)}`]: 1,
  })
  const masters = {
    ...address('orders', own),
    ...address('orders', other),
    ...address('shared', shared),
  }
  await eventually(() => expect(source.ports()).toEqual(all), within)
  await eventually(
    () =>
      expect(source.figures()).toMatchObject({
        ...masters,
        ...agreement('orders', first),
        ...agreement('orders', second),
        ...agreement('shared', second),
      }),
    within,
  )
  await second.kill()

  await eventually(() => expect(source.state().failure).toMatch(keptLastAnswer), within)
  expect(source.ports()).toEqual(all)
  expect(source.figures()).toMatchObject(masters)
}, 120_000)
