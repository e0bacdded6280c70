import { afterAll, beforeAll, expect, it } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import { type MutingProxy, startMutingProxy } from '../support/muting-proxy.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TestFleet, testFleet } from '../support/test-fleet.ts'
import { wantedTarget } from '../support/wanted-target.ts'

let master: RedisServer
let replica: RedisServer
let link: MutingProxy
let fleet: TestFleet

// A busy machine may need more than the second that would be the deadline.
const { settings } = configured(['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=2m'])

beforeAll(async () => {
  // Nobody shall hang up because the machine is busy.
  const patient = ['--repl-timeout', '3600']
  master = await startRedis({ args: ['--repl-diskless-sync-delay', '0', ...patient] })
  link = await startMutingProxy(master.port)
  replica = await startRedis({
    args: ['--replicaof', '127.0.0.1', `${link.port}`, ...patient],
  })
  const both = [master, replica].map((server) => wantedTarget(server.url, settings))
  fleet = testFleet([changingSource(...both)])
})

afterAll(async () => {
  fleet?.[Symbol.dispose]()
  await replica?.stop()
  await link?.[Symbol.asyncDispose]()
  await master?.stop()
})

/** The lag that is served, as one side tells it. */
async function lag(unit: 'bytes' | 'seconds', side: 'master' | 'replica') {
  const text = await fleet.text()
  const pair = `master="${master.url}",replica="${replica.url}",side="${side}"`
  const line = text.split('\n').find((one) => one.includes(`_lag_${unit}{${pair}}`))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

it('tells from both sides that a replica is in step', async () => {
  await master.client().set('key', 'value')

  await eventually(
    async () => {
      expect(await lag('bytes', 'replica')).toBe(0)
      expect(await lag('seconds', 'replica')).toBe(0)
      expect(await lag('bytes', 'master')).toBe(0)
      expect(await lag('seconds', 'master')).toBeLessThan(60)
    },
    { within: 60_000 },
  )
  expect(checkExposition(await fleet.text())).toEqual([])
})

it('tells from both sides how far, and for how long, a replica is behind whose link is silent', async () => {
  link.mute()
  await master.client().set('large', 'x'.repeat(100_000))

  await eventually(
    async () => {
      expect(await lag('bytes', 'replica')).toBeGreaterThan(100_000)
      expect(await lag('bytes', 'master')).toBeGreaterThan(100_000)
    },
    { within: 60_000 },
  )
  const seconds = (await lag('seconds', 'replica')) ?? 0
  await eventually(
    async () => expect(await lag('seconds', 'replica')).toBeGreaterThan(seconds + 1),
    { within: 60_000 },
  )
})

it('tells nothing any more when one side is down', async () => {
  await master.kill()

  await eventually(async () => expect(await fleet.text()).not.toContain('replication_pair'), {
    within: 60_000,
  })
})
