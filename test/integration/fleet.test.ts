import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { grown, heldResources } from '../support/held-resources.ts'
import { startMutingProxy } from '../support/muting-proxy.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TestFleet, testFleet } from '../support/test-fleet.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Settings = ReturnType<typeof configured>['settings']
type Wanted = WantedTarget<Settings>

let one: RedisServer
let two: RedisServer
let fleets: TestFleet[]

beforeEach(async () => {
  fleets = []
  ;[one, two] = await Promise.all([startRedis(), startRedis()])
})
afterEach(async () => {
  for (const fleet of fleets) fleet[Symbol.dispose]()
  await Promise.all([one, two].map((server) => server.stop()))
})

// A busy machine may need more than the second that would be their deadline.
const patient = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=1m']
const withWalk = ['--check-keys=*', '--script=/dev/null', '--scan.interval=1s']

const target = (
  server: Pick<RedisServer, 'url'>,
  flags: readonly string[] = [],
  more: Partial<Wanted> = {},
): Wanted => wantedTarget(server.url, configured([...patient, ...flags]).settings, more)

function started(...of: Parameters<typeof testFleet<Settings>>): TestFleet {
  const fleet = testFleet<Settings>(...of)
  fleets.push(fleet)
  return fleet
}

// Each call of `client` makes another connection.
const clients = new WeakMap<RedisServer, ReturnType<RedisServer['client']>>()

/** The connections that the exporter has to a server, each with its number there. */
async function connectionsTo(server: RedisServer): Promise<readonly string[]> {
  const client = clients.get(server) ?? server.client()
  clients.set(server, client)
  const list = String(await client.call('CLIENT', 'LIST'))
  return list
    .split('\n')
    .filter((line) => line.includes(' name=redis_exporter '))
    .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '')
}

const isUp = async (fleet: TestFleet, { name }: Wanted) =>
  eventually(async () => expect(await fleet.text()).toContain(`redis_up{target="${name}"} 1\n`))

it('two servers are served in one sound body, each series with its target', async () => {
  const wanted = [target(one, withWalk), target(two, [], { name: 'two', labels: { env: 'test' } })]
  await one.client().set('key', 'value')
  const fleet = started([changingSource(...wanted)])
  await eventually(async () => {
    const text = await fleet.text()
    expect(text).toContain(`redis_up{target="${one.url}"} 1\n`)
    expect(text).toContain('redis_up{target="two",env="test"} 1\n')
    expect(text).toContain(`redis_key_size{target="${one.url}",db="db0",key="key"} 5\n`)
    expect(text).toContain('redis_exporter_polls_total{target="two",env="test",result="up"}')
  })

  expect(checkExposition(await fleet.text())).toEqual([])
  expect(fleet.textOf('two')).toContain('\nredis_up 1\n')
  expect(fleet.fleet.walks().map((walk) => walk.target)).toEqual([one.url])
})

describe('a target that is wanted no more', () => {
  it('leaves no connection, no timer, no series and no walk behind', async () => {
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
    const script = "for i=1,20000 do redis.call('SET', 'key:'..i, i) end"
    await two.client().eval(script, 0)
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

describe('a target that changes', () => {
  it('has its last snapshot served until the new poll, over a new connection', async () => {
    const before = target(one, ['--set-client-name=false'])
    const source = changingSource(before)
    const fleet = started([source])
    await isUp(fleet, before)
    expect(await connectionsTo(one)).toEqual([])
    await one.client().set('key', 'value')

    source.want(target(one, ['--check-single-keys=key']))

    expect(await fleet.text()).toContain(`redis_up{target="${before.name}"} 1\n`)
    await eventually(async () => expect(await fleet.text()).toContain('key="key"'))
    expect(await connectionsTo(one)).toHaveLength(1)
  })

  it('is served under its new name and labels alone', async () => {
    const source = changingSource(target(one))
    const fleet = started([source])
    await isUp(fleet, target(one))

    source.want(target(one, [], { name: 'cache', labels: { env: 'test' } }))

    await eventually(async () => expect(await fleet.text()).not.toContain(one.url))
    await eventually(async () =>
      expect(await fleet.text()).toContain('redis_up{target="cache",env="test"} 1\n'),
    )
    expect(fleet.store.states().map((state) => state.target)).toEqual(['cache'])
  })

  it('may take the name of another, which takes its', async () => {
    const named = (first: string, second: string) => [
      target(one, [], { name: first, labels: { of: 'one' } }),
      target(two, [], { name: second, labels: { of: 'two' } }),
    ]
    const source = changingSource(...named('a', 'b'))
    const fleet = started([source])
    const shows = (...lines: string[]) =>
      eventually(async () => {
        const text = await fleet.text()
        for (const line of lines) expect(text).toContain(line)
        expect(text.match(/^redis_up\{/gm)).toHaveLength(2)
        expect(text.match(/^redis_exporter_scrapes_total\{/gm)).toHaveLength(2)
      })
    await shows('redis_up{target="a",of="one"} 1\n', 'redis_up{target="b",of="two"} 1\n')

    source.want(...named('b', 'a'))

    await shows('redis_up{target="b",of="one"} 1\n', 'redis_up{target="a",of="two"} 1\n')
  })
})

it('a target that two sources want has one connection, and stays while one of them wants it', async () => {
  const [first, second] = [changingSource(target(one)), changingSource(target(one))]
  const fleet = started([first, second])
  await isUp(fleet, target(one))
  const connections = await connectionsTo(one)
  expect(connections).toHaveLength(1)

  first.want()
  expect(await connectionsTo(one)).toEqual(connections)

  second.want()
  await eventually(async () => expect(await connectionsTo(one)).toEqual([]))
})

it('a walk waits for its turn, and has it when the one before it lost its server', async () => {
  const script = "for i=1,20000 do redis.call('SET', 'key:'..i, i) end"
  await one.client().eval(script, 0)
  const flags = ['--check-keys=*', '--scan.interval=1s']
  const [slow, quick] = [target(one, [...flags, '--scan.max-load=0.001']), target(two, flags)]
  const fleet = started([changingSource(slow, quick)], { maxWalks: 1 })
  const isWalking = () =>
    fleet.fleet.walks().some((walk) => walk.target === slow.name && walk.running && walk.keys > 0)
  const walksOfQuick = async () =>
    Number(
      new RegExp(`scans_total\\{target="${quick.name}",result="complete"\\} (\\d+)`).exec(
        await fleet.text(),
      )?.[1],
    )
  await eventually(() => expect(isWalking()).toBe(true))
  const [walks, polls] = [await walksOfQuick(), await pollsOf(fleet, quick)]
  // Its walk is due with each of these polls.
  await eventually(async () => expect(await pollsOf(fleet, quick)).toBeGreaterThan(polls + 3))
  expect(await walksOfQuick()).toBe(walks)
  expect(isWalking()).toBe(true)

  await one.stop()

  await eventually(async () => expect(await walksOfQuick()).toBeGreaterThan(walks))
})

it('three hundred targets that come and go, at whatever moment, leave nothing behind', async () => {
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

async function pollsOf(fleet: TestFleet, { name }: Wanted): Promise<number> {
  const [, polls] =
    new RegExp(`scrapes_total\\{target="${name}"\\} (\\d+)`).exec(await fleet.text()) ?? []
  return Number(polls)
}
