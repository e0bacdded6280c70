import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import {
  connectionsTo,
  fillForWalk,
  isUp,
  pollsOf,
  type Settings,
  startTwoServers,
  type TwoServers,
  target,
  withWalk,
} from '../support/fleet-of-two.ts'
import { freePort } from '../support/free-port.ts'
import { grown, heldResources } from '../support/held-resources.ts'
import { startMutingProxy } from '../support/muting-proxy.ts'
import { startRedis } from '../support/redis-server.ts'
import { testFleet } from '../support/test-fleet.ts'

let servers: TwoServers

beforeEach(async () => {
  servers = await startTwoServers()
})
afterEach(() => servers[Symbol.asyncDispose]())

describe('a target that is wanted no more', () => {
  it('leaves no connection, no timer, no series and no walk behind', async () => {
    const { one, two, started } = servers
    const [stays, goes] = [target(one), target(two, withWalk)]
    const source = changingSource(stays)
    const fleet = started([source])
    await isUp(fleet, stays)
    for (const server of [one, two]) await connectionsTo(server)
    const before = await mostHeld()
    source.want(stays, goes)
    await isUp(fleet, goes)
    await eventually(async () => expect((await connectionsTo(two)).length).toBe(3))

    source.want(stays)

    // A fleet stops its targets one by one, and on a busy machine not in one turn.
    await eventually(async () => expect(await fleet.text()).not.toContain(goes.name))
    expect(fleet.store.states().map((state) => state.target)).toEqual([stays.name])
    expect(fleet.fleet.walks()).toEqual([])
    await eventually(async () => expect(await connectionsTo(two)).toEqual([]))
    await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
    const { length } = fleet.lines.filter((line) => line.target === goes.name)
    await eventually(async () => expect(await pollsOf(fleet, stays)).toBeGreaterThan(4))
    expect(fleet.lines.filter((line) => line.target === goes.name)).toHaveLength(length)
    expect(await fleet.text()).not.toContain(goes.name)
  })

  it('ends in the middle of its walk, and of its polls', async () => {
    const { one, two, started } = servers
    await fillForWalk(two)
    await using proxy = await startMutingProxy(one.port)
    const slow = ['--check-keys=*', '--scan.max-load=0.001']
    const [walked, polled] = [target(two, slow), target(proxy, slow)]
    const source = changingSource(walked, polled)
    const fleet = started([source])
    await isUp(fleet, polled)
    // On a busy machine the first batch takes the server long, and what it may use of it is little.
    await eventually(() => expect(fleet.fleet.walks().some(({ keys }) => keys > 0)).toBe(true), {
      within: 100_000,
    })
    proxy.mute()
    await eventually(async () =>
      expect(await fleet.text()).toMatch(
        new RegExp(`poll_skipped_total\\{target="${polled.name}"\\} [1-9]`),
      ),
    )

    source.want()

    await eventually(async () => expect(await connectionsTo(two)).toEqual([]))
    await eventually(() => expect(fleet.store.states()).toEqual([]))
    expect(await fleet.text()).not.toContain('target="')
    expect(fleet.shown().filter(({ level }) => level !== 'info')).toEqual([])
  })
})

it('an unchanged target does not notice that others come, change and go', async () => {
  const { one, two, started } = servers
  const stays = target(one, ['--redis.max-connection-age=1h'])
  const source = changingSource(stays)
  const fleet = started([source])
  await isUp(fleet, stays)
  const connections = await connectionsTo(one)

  for (let round = 0; round < 5; round++) {
    source.want({ ...stays, settings: { ...stays.settings } }, target(two))
    source.want(target(two, ['--poll.timeout=29s']), target(one, ['--redis.max-connection-age=1h']))
    source.want(stays)
    expect(await fleet.text()).toContain(`redis_up{target="${stays.name}"} 1\n`)
  }

  expect(await connectionsTo(one)).toEqual(connections)
  const polls = await pollsOf(fleet, stays)
  await eventually(async () => expect(await pollsOf(fleet, stays)).toBeGreaterThan(polls))
  const lines = fleet.shown().filter((line) => line.target === stays.name)
  expect(lines.map(({ msg }) => msg)).toEqual(['up'])
})

it('three hundred targets that come and go, at whatever moment, leave nothing behind', async () => {
  const { started } = servers
  await using everywhere = await startRedis({
    args: ['--bind', '0.0.0.0', '--protected-mode', 'no'],
  })
  const closed = await freePort()
  const source = changingSource<Settings>()
  const fleet = started([source])
  const empty = await fleet.text()
  await connectionsTo(everywhere)
  const before = await mostHeld()
  for (let round = 0; round < 30; round++) {
    const some = Array.from({ length: 10 }, (_, k) => {
      const port = k % 3 === 0 ? closed : everywhere.port
      return target({ url: `redis://127.1.${round}.${k + 1}:${port}` }, withWalk)
    })
    source.want(...some)
    await delay((round % 7) * 30)
  }
  source.want()

  await eventually(async () => {
    expect(fleet.store.states()).toEqual([])
    expect(await fleet.text()).toBe(empty)
    expect(await connectionsTo(everywhere)).toEqual([])
    expect(grown(before, await heldResources())).toEqual([])
  })
  expect(fleet.shown().filter(({ level }) => level === 'error')).toEqual([])
})

it('a fleet that is stopped stops its sources and all that runs', async () => {
  const { one, two } = servers
  for (const server of [one, two]) await connectionsTo(server)
  const before = await mostHeld()
  const source = changingSource(target(one, withWalk), target(two))
  const fleet = testFleet<Settings>([source])
  await isUp(fleet, target(two))
  fleet[Symbol.dispose]()

  expect(source.isStopped()).toBe(true)
  for (const server of [one, two])
    await eventually(async () => expect(await connectionsTo(server)).toEqual([]))
  await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
})

/** The most that is held within two seconds: the timers of the schedule come and go with each beat. */
async function mostHeld(): Promise<Readonly<Record<string, number>>> {
  const most: Record<string, number> = {}
  for (let look = 0; look < 40; look++) {
    const now = await eventually(heldResources)
    for (const [kind, count] of Object.entries(now)) most[kind] = Math.max(most[kind] ?? 0, count)
    await delay(50)
  }
  return most
}
