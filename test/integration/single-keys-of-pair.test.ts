import { afterAll, beforeAll, expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TestFleet, testFleet } from '../support/test-fleet.ts'
import { wantedTarget } from '../support/wanted-target.ts'

let master: RedisServer
let replica: RedisServer

// A busy machine may need more than the second that would be the deadline.
const poll = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=2m']
const keys = ['--check-single-keys=here,missing', '--check-single-streams=orders']
const within = { within: 60_000 }

beforeAll(async () => {
  master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await master.client().set('here', 'value')
  await master.client().xadd('orders', '*', 'a', '1')
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await eventually(async () => expect(await replica.client().exists('here')).toBe(1), within)
})

afterAll(async () => {
  await replica?.stop()
  await master?.stop()
})

/** A fleet of both, each with flags of its own. */
function watching(ofMaster: readonly string[], ofReplica: readonly string[]): TestFleet {
  const wanted = (server: RedisServer, flags: readonly string[]) =>
    wantedTarget(server.url, configured([...poll, ...flags]).settings)
  return testFleet([changingSource(wanted(master, ofMaster), wanted(replica, ofReplica))])
}

/** The keys and streams that are served of a target; undefined while it was not polled. */
function told({ textOf }: TestFleet, { url }: RedisServer): readonly string[] | undefined {
  const text = textOf(url) ?? ''
  if (!/^redis_up 1$/m.test(text)) return undefined
  const lines = text.matchAll(/^redis_(?:key_size|stream_length)\{.*"([^"]+)"\}/gm)
  return [...lines].map(([, name = '']) => name).sort()
}

const all = ['here', 'missing', 'orders']

it('are told of by the master alone where both are watched', async () => {
  using fleet = watching(keys, keys)

  await eventually(() => {
    expect(told(fleet, master)).toEqual(all)
    expect(told(fleet, replica)).toEqual([])
  }, within)
  expect(fleet.textOf(replica.url)).toContain('collector_success{collector="check-single-keys"} 1')
})

it.each([
  ['where it is asked for the keys of all', [...keys, '--scan.on=all']],
  ['where keys of masters are not looked at', [...keys, '--skip-checkkeys-for-role-master']],
])('are told of by the replica %s', async (_, flags) => {
  using fleet = watching(flags, flags)

  await served(fleet, 3)
  expect(told(fleet, replica)).toEqual(all)
})

it.each([
  ['is asked for none', []],
  ['is asked for others', ['--check-single-keys=here']],
  ['tells of none', [...keys, '--collect.check-single-keys=false', '--scan.on=replica']],
])('are told of by a replica whose master %s', async (_, ofMaster) => {
  using fleet = watching(ofMaster, keys)

  await served(fleet, 3)
  expect(told(fleet, replica)).toEqual(all)
})

it('are told of by the replica while its master is down', async () => {
  using fleet = watching(keys, keys)
  await eventually(() => expect(told(fleet, replica)).toEqual([]), within)

  await master.kill()
  await eventually(() => expect(told(fleet, replica)).toEqual(all), within)
})

/** Waits until each target was polled so often. */
async function served(fleet: TestFleet, times: number): Promise<void> {
  const polls = /^redis_exporter_polls_total\{.*result="up"\} (\d+)/gm
  await eventually(async () => {
    const counts = [...(await fleet.text()).matchAll(polls)].map(([, count]) => Number(count))
    expect(counts).toHaveLength(2)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(times)
  }, within)
}
