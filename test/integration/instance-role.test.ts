import { afterEach, beforeEach, expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import {
  type Settings,
  startTwoServers,
  type TwoServers,
  target,
  withWalk,
} from '../support/fleet-of-two.ts'
import type { TestFleet } from '../support/test-fleet.ts'

let servers: TwoServers

beforeEach(async () => {
  servers = await startTwoServers()
})
afterEach(() => servers[Symbol.asyncDispose]())

// A lost server is asked less and less often, but so that what is served of it stays as young as that.
const showsRole = ['--append-instance-role-label', '--poll.max-age=20s']
const within = { within: 60_000 }

/** Each series of redis_up that is served, by its labels. */
async function ups(fleet: TestFleet): Promise<Readonly<Record<string, string>>> {
  const found = (await fleet.text()).matchAll(/^redis_up\{(.*)\} (\d)$/gm)
  return Object.fromEntries([...found].map(([, labels = '', value = '']) => [labels, value]))
}

it('a server that is lost is down in the series in which it was up, until it comes back as another one', async () => {
  const { one, two, started } = servers
  const [master, other] = [target(one, showsRole), target(two, showsRole)]
  const asMaster = `target="${master.name}",instance_role="master"`
  const asReplica = `target="${master.name}",instance_role="slave"`
  const ofOther = { [`target="${other.name}",instance_role="master"`]: '1' }
  const source = changingSource<Settings>(master, other)
  const fleet = started([source])
  await eventually(async () => expect(await ups(fleet)).toEqual({ [asMaster]: '1', ...ofOther }))

  await one.kill()
  await eventually(async () => expect(await ups(fleet)).toEqual({ [asMaster]: '0', ...ofOther }))
  expect(await fleet.text()).toMatch(
    new RegExp(
      `last_scrape_error\\{target="${master.name}",err="conn.*",instance_role="master"\\} 1`,
    ),
  )

  // What its settings are has nothing to do with what it was.
  source.want(target(one, [...showsRole, '--poll.timeout=29s']), other)
  await eventually(() => {
    const changedAt = fleet.lines.findIndex(({ changed }) => changed !== undefined)
    expect(changedAt).not.toBe(-1)
    const since = fleet.lines.slice(changedAt)
    expect(since.some(({ target, msg }) => target === master.name && msg === 'polled')).toBe(true)
  })
  expect(await ups(fleet)).toEqual({ [asMaster]: '0', ...ofOther })

  await one.restart()
  await one.client().call('REPLICAOF', '127.0.0.1', `${two.port}`)
  await eventually(
    async () => expect(await ups(fleet)).toEqual({ [asReplica]: '1', ...ofOther }),
    within,
  )
  await one.kill()
  await eventually(async () => expect(await ups(fleet)).toEqual({ [asReplica]: '0', ...ofOther }))
})

it('a server that changes its role while it is up is never served in two roles, whatever was found in it', async () => {
  const { one, two, started } = servers
  await Promise.all([one, two].map((server) => server.client().set('key', 'value')))
  const wanted = target(one, [...showsRole, ...withWalk])
  const fleet = started([changingSource<Settings>(wanted)])
  const served = async () => {
    const text = await fleet.text()
    const roles = [...text.matchAll(/instance_role="(.*?)"/g)].map(([, role = '']) => role)
    return { roles: [...new Set(roles)], hasKeys: text.includes('redis_key_size{') }
  }
  await eventually(
    async () => expect(await served()).toEqual({ roles: ['master'], hasKeys: true }),
    within,
  )

  const seen: (readonly string[])[] = []
  await one.client().call('REPLICAOF', '127.0.0.1', `${two.port}`)
  await eventually(async () => {
    const now = await served()
    seen.push(now.roles)
    expect(now).toEqual({ roles: ['slave'], hasKeys: true })
  }, within)

  expect(seen.filter((roles) => roles.length !== 1)).toEqual([])
})

it('a server that stands still for longer than a poll may be old keeps its role, too', async () => {
  const { one, started } = servers
  const wanted = target(one, [...showsRole, '--poll.max-age=3s'])
  const fleet = started([changingSource<Settings>(wanted)])
  const series = `target="${wanted.name}",instance_role="master"`
  await eventually(async () => expect(await ups(fleet)).toEqual({ [series]: '1' }))

  await one.pause()
  try {
    await eventually(async () => expect(await ups(fleet)).toEqual({ [series]: '0' }))
    expect(await fleet.text()).toContain('err="stale: no poll has ended for 3 s"')
  } finally {
    one.resume()
  }
})
