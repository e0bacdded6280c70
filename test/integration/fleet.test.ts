import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import {
  connectionsTo,
  fillForWalk,
  isUp,
  pollsOf,
  startTwoServers,
  type TwoServers,
  target,
  withWalk,
} from '../support/fleet-of-two.ts'

let servers: TwoServers

beforeEach(async () => {
  servers = await startTwoServers()
})
afterEach(() => servers[Symbol.asyncDispose]())

it('two servers are served in one sound body, each series with its target', async () => {
  const { one, two, started } = servers
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

describe('a target that changes', () => {
  it('has its last snapshot served until the new poll, over a new connection', async () => {
    const { one, started } = servers
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
    const { one, started } = servers
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
    const { one, two, started } = servers
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
  const { one, started } = servers
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
  const { one, two, started } = servers
  await fillForWalk(one)
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
