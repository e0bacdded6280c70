import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedLogin } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import { discoverSentinels } from '../support/discovered-sentinels.ts'
import { eventually } from '../support/eventually.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startRedis } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 50 }

const figuresOf = (
  { sentinels }: SentinelDeployment,
  master: RedisServer,
  agreeing: readonly boolean[] = [true, true, true],
) => ({
  [`sentinel_master_address orders ${addressOf(master)}`]: 1,
  ...Object.fromEntries(
    sentinels.flatMap((sentinel, index) =>
      agreeing[index] === undefined
        ? []
        : [[`sentinel_master_agreement orders ${addressOf(sentinel)}`, agreeing[index] ? 1 : 0]],
    ),
  ),
  'sentinel_master_known_sentinels orders': 3,
  'sentinel_master_quorum_reached orders': 1,
})

/** How many listen to each Sentinel. */
async function listenersOf(sentinels: readonly RedisServer[]): Promise<readonly number[]> {
  return Promise.all(
    sentinels.map(async (one) => {
      const clients = await one.client().call('CLIENT', 'LIST', 'TYPE', 'pubsub')
      return `${clients}`.split('\n').filter((line) => line !== '').length
    }),
  )
}

describe('three Sentinels with a master and two replicas', () => {
  let deployment: SentinelDeployment

  beforeAll(async () => {
    deployment = await startSentinelDeployment()
  }, 120_000)
  afterAll(async () => await deployment?.[Symbol.asyncDispose]())

  it('are found whole from one of them, or from all', async () => {
    const { sentinels, data, master } = deployment
    const all = portsOf(...sentinels, ...data)
    using fromOne = discoverSentinels([addressOf(sentinels[1])])
    using fromAll = discoverSentinels([
      addressOf(sentinels[0]),
      addressOf(sentinels[1]),
      addressOf(sentinels[2]),
    ])

    await eventually(() => expect(fromOne.ports()).toEqual(all), within)
    await eventually(() => expect(fromAll.ports()).toEqual(all), within)
    await eventually(() => expect(fromOne.figures()).toEqual(figuresOf(deployment, master)), within)
    expect(fromAll.figures()).toEqual(figuresOf(deployment, master))
  })

  it('are each found once where they are configured by names', async () => {
    const { sentinels, data } = deployment
    using source = discoverSentinels([
      `redis://localhost:${sentinels[0].port}`,
      `redis://localhost:${sentinels[1].port}`,
    ])

    await eventually(() => expect(source.ports()).toEqual(portsOf(...sentinels, ...data)), within)
    const names = source.wanted().map(({ address }) => address)
    expect(names.filter((name) => name.includes('localhost'))).toHaveLength(2)
  })

  it('are asked for the masters of some names alone', async () => {
    using source = discoverSentinels([addressOf(deployment.sentinels[0])], ['--discover.masters=x'])

    await eventually(() => expect(source.state().lastSuccess).toBeDefined(), within)
    expect(source.ports()).toEqual([deployment.sentinels[0].port])
    expect(source.figures()).toEqual({})
  })

  it('cause no error reply', async () => {
    const errors = async () =>
      Promise.all(
        deployment.sentinels.map(async (one) => (await one.info('stats')).total_error_replies),
      )
    const before = await errors()
    using source = discoverSentinels([addressOf(deployment.sentinels[0])])
    await eventually(() => expect(source.ports()).toHaveLength(6), within)

    expect(await errors()).toEqual(before)
  })

  it('tell of a failover by their events, long before they are asked at the interval', async () => {
    const { sentinels, master, replicas } = deployment
    using source = discoverSentinels([addressOf(sentinels[0])])
    await eventually(() => expect(source.figures()).toEqual(figuresOf(deployment, master)), within)
    await master.kill()

    await eventually(() => expect(source.changedRoles).toContain(addressOf(master)), within)
    const successor = replicas.find((one) => source.changedRoles.includes(addressOf(one)))
    if (!successor) throw new Error(`nobody took over: ${source.changedRoles}`)
    expect((await successor.info('replication')).role).toBe('master')
    await eventually(
      () => expect(source.figures()).toEqual(figuresOf(deployment, successor)),
      within,
    )
    // The dead one is a replica by now, and a target that is down.
    expect(source.ports()).toEqual(portsOf(...sentinels, ...deployment.data))
  }, 120_000)
})

describe('three Sentinels that cut off all who listen', () => {
  it('are listened to again soon, and not only when they are asked at the interval', async () => {
    await using deployment = await startSentinelDeployment()
    const { sentinels, data, master } = deployment
    using source = discoverSentinels([addressOf(sentinels[0])])
    await eventually(() => expect(source.figures()).toEqual(figuresOf(deployment, master)), within)
    await eventually(async () => expect(await listenersOf(sentinels)).toEqual([1, 1, 1]), within)
    for (const one of sentinels) await one.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await eventually(async () => expect(await listenersOf(sentinels)).toEqual([1, 1, 1]), within)
    await master.kill()

    await eventually(() => expect(source.changedRoles).toContain(addressOf(master)), within)
    expect(source.ports()).toEqual(portsOf(...sentinels, ...data))
  }, 120_000)
})

describe('three Sentinels of which one is cut off', () => {
  it('go on without it, and it is told to disagree once it is back, until it has heard', async () => {
    await using deployment = await startSentinelDeployment()
    const { sentinels, master } = deployment
    const [first, , lost] = sentinels
    using source = discoverSentinels([addressOf(first)])
    await eventually(() => expect(source.figures()).toEqual(figuresOf(deployment, master)), within)
    await lost.pause()
    await master.kill()

    await eventually(() => expect(source.changedRoles).toHaveLength(2), within)
    const successor = deployment.data.find(
      (one) => one !== master && source.changedRoles.includes(addressOf(one)),
    )
    if (!successor) throw new Error('nobody took over')
    await eventually(
      () => expect(source.figures()).toEqual(figuresOf(deployment, successor, [true, true])),
      within,
    )
    expect(source.ports()).toEqual(portsOf(...sentinels, ...deployment.data))
    lost.resume()
    source.refresh()
    await eventually(
      () => expect(source.figures()).toEqual(figuresOf(deployment, successor)),
      within,
    )
  }, 120_000)
})

describe('Sentinels with a password of their own', () => {
  it('are logged in to with theirs, and the data with its own', async () => {
    await using deployment = await startSentinelDeployment({
      password: 'data-secret',
      sentinelPassword: 'sentinel-secret',
      configuration: ['sentinel sentinel-pass sentinel-secret'],
    })
    const { sentinels, data, master } = deployment
    const login = {
      ...fixedLogin({ password: secret('sentinel-secret') }, 'sentinel'),
      forNode: () => fixedLogin({ password: secret('data-secret') }, 'data'),
    }
    using source = discoverSentinels([addressOf(sentinels[0])], [], { login })

    await eventually(() => expect(source.figures()).toEqual(figuresOf(deployment, master)), within)
    const logins = new Map(source.wanted().map((one) => [one.address, one.login.from]))
    expect(sentinels.map((one) => logins.get(addressOf(one)))).toEqual(Array(3).fill('sentinel'))
    expect(data.map((one) => logins.get(addressOf(one)))).toEqual(Array(3).fill('data'))
    expect(source.texts.join()).not.toContain('secret')
  }, 120_000)
})

describe('a Sentinel that lets nobody listen', () => {
  it('is asked at the interval all the same, and the log says so once', async () => {
    await using deployment = await startSentinelDeployment()
    const { sentinels, master } = deployment
    const rules = ['on', '>hunter2', '-@all', '+info', '+sentinel']
    for (const one of sentinels) await one.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    using source = discoverSentinels(
      [`redis://watcher:hunter2@127.0.0.1:${sentinels[0].port}`],
      ['--poll.interval=1s'],
    )
    await eventually(() => expect(source.figures()).toEqual(figuresOf(deployment, master)), within)
    await master.kill()

    await eventually(() => expect(source.changedRoles).toHaveLength(2), within)
    const said = source.lines.filter(({ msg }) => msg.includes('tells no events'))
    expect(said.map(({ target, reason }) => [target, reason]).sort()).toEqual(
      sentinels.map((one) => [addressOf(one), 'noperm']).sort(),
    )
  }, 120_000)
})

it('a server that is no Sentinel is watched alone, and it is told why', async () => {
  await using server = await startRedis()
  using source = discoverSentinels([addressOf(server)])

  await eventually(
    () =>
      expect(source.state().failure).toBe(
        'no Sentinel answers (other: the server is no Sentinel); nothing else is watched than what is configured',
      ),
    within,
  )
  expect(source.ports()).toEqual([server.port])
})
