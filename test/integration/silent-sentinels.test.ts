import { expect, it } from 'vitest'
import { discoverSentinels, keptLastAnswer } from '../support/discovered-sentinels.ts'
import { eventually } from '../support/eventually.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 50 }

const addressFigure = (name: string, master: RedisServer) =>
  `sentinel_master_address ${name} ${addressOf(master)}`

it('of two deployments, the one whose Sentinels are gone is kept for a while, which is told', async () => {
  await using gone = await startSentinelDeployment()
  await using master = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'carts', port: master.port }] })
  using source = discoverSentinels(
    [addressOf(gone.sentinels[0]), addressOf(sentinel)],
    ['--poll.interval=1s'],
    { maximumAgeMilliseconds: 8_000 },
  )
  const all = portsOf(...gone.sentinels, ...gone.data, sentinel, master)
  await eventually(() => expect(source.ports()).toEqual(all), within)
  await Promise.all(gone.sentinels.map((one) => one.kill()))

  await eventually(() => expect(source.state().failure).toMatch(keptLastAnswer), within)
  expect(source.ports()).toEqual(all)
  expect(source.figures()).toMatchObject({
    [addressFigure('orders', gone.master)]: 1,
    'sentinel_master_quorum_reached orders': 0,
    [addressFigure('carts', master)]: 1,
    'sentinel_master_quorum_reached carts': 1,
  })
  await eventually(
    () => expect(source.ports()).toEqual(portsOf(gone.sentinels[0], sentinel, master)),
    within,
  )
  expect(source.figures()).not.toHaveProperty([addressFigure('orders', gone.master)])
  expect(source.state().failure).toMatch(/; what they named is watched no more$/)
  await Promise.all(gone.sentinels.map((one) => one.restart()))
  await eventually(() => expect(source.ports()).toEqual(all), within)
  await eventually(() => expect(source.state().failure).toBeUndefined(), within)
}, 120_000)

it('a deployment whose Sentinels are all gone is kept for a while, with what they said', async () => {
  await using gone = await startSentinelDeployment()
  const { sentinels, data, master } = gone
  using source = discoverSentinels([addressOf(sentinels[0])], ['--poll.interval=1s'], {
    maximumAgeMilliseconds: 8_000,
  })
  await eventually(() => expect(source.ports()).toHaveLength(6), within)
  await Promise.all(sentinels.map((one) => one.kill()))

  await eventually(
    () =>
      expect(source.state().failure).toMatch(
        /^no Sentinel answers \(connection: .*\); what was found last is still watched$/,
      ),
    within,
  )
  expect(source.ports()).toEqual(portsOf(...sentinels, ...data))
  expect(source.figures()).toEqual({
    [addressFigure('orders', master)]: 1,
    'sentinel_master_known_sentinels orders': 3,
    'sentinel_master_quorum_reached orders': 0,
  })
  await eventually(() => expect(source.ports()).toEqual(portsOf(sentinels[0])), within)
  expect(source.figures()).toEqual({})
}, 120_000)

it('a master that is removed goes at once, though one that does not answer named it', async () => {
  await using deployment = await startSentinelDeployment()
  const { sentinels, data } = deployment
  const [first, second, lost] = sentinels
  using source = discoverSentinels([addressOf(first), addressOf(second), addressOf(lost)])
  await eventually(() => expect(source.ports()).toEqual(portsOf(...sentinels, ...data)), within)
  await lost.kill()
  for (const one of [first, second]) await one.client().call('SENTINEL', 'REMOVE', 'orders')

  await eventually(() => expect(source.ports()).toEqual(portsOf(...sentinels)), within)
  expect(source.state().failure).toBeUndefined()
}, 120_000)
