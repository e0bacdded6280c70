import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createWalkMetrics, type WalkMetrics } from '../../src/metrics/walk-metrics.ts'
import { createSnapshotStore, type SnapshotStore } from '../../src/poller/snapshot-store.ts'
import { createTargetTasks } from '../../src/poller/target-tasks.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { parseExposition, sampleValue } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { heldTarget } from '../support/held-target.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

const target = 'redis://of.the.test'
// A busy machine makes a walk pause for long.
const slack = { within: 30_000 }

let store: SnapshotStore
let walkMetrics: WalkMetrics

beforeEach(() => {
  store = createSnapshotStore(systemClock)
  walkMetrics = createWalkMetrics('redis', systemClock)
})

/** The poll, the walk and the slow poll of a server, to be run by hand. */
function tasksOf(url: string, ...flags: string[]) {
  const address = parseAddress(url)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const config = configured(['--check-keys=key:*', '--count-keys=*', ...flags])
  const { endpoint } = address
  const login = fixedLogin(address.credentials)
  const [poll, walk, slow] = createTargetTasks({
    target,
    namespace: 'redis',
    settings: config.settings,
    database: 0,
    collectors,
    keyCollectors,
    connect: createConnect(endpoint, login, config),
    connectInBulk: () => createSocketConnection(endpoint, login, config),
    store: heldTarget(store, target, 60_000),
    ownMetrics: createOwnMetrics('redis', undefined, { further: [walkMetrics] }),
    walkMetrics,
    onPolled: async () => {},
    clock: systemClock,
    log: recordedLog().log,
  }).tasks
  if (!poll || !walk) throw new Error('the target has no walk')
  return { poll: poll.run, walk: walk.run, slow: slow?.run ?? (async () => {}) }
}

function served() {
  const text = store.serve().bodies.map(({ plain }) => plain().toString())
  const all = text.join('') + walkMetrics.text()
  return { text: all, value: (...of: Find) => sampleValue(parseExposition(all), ...of) }
}
type Find = [name: string, labels?: Readonly<Record<string, string>>]

async function fill(server: RedisServer, keys: number): Promise<void> {
  const script = "for i=1,ARGV[1] do redis.call('SET', 'key:'..i, i) end"
  await server.client().eval(script, 0, keys)
}

describe('a master with keys that is replaced by an empty replica on the same port', () => {
  it('is gone with the poll that meets the replica: keys, role, collectors and progress', async () => {
    const port = await freePort()
    await using other = await startRedis()
    const first = await startRedis({ port })
    await fill(first, 5_000)
    const script = '--append-instance-role-label'
    const { poll, walk } = tasksOf(first.url, script)
    await walk()
    await poll()
    expect(
      served().value('redis_keys_count', { db: 'db0', key: '*', instance_role: 'master' }),
    ).toBe(5_000)
    expect(served().value('redis_exporter_scan_series')).toBeGreaterThan(5_000)

    await first.stop()
    await using second = await startRedis({
      port,
      args: ['--replicaof', '127.0.0.1', `${other.port}`],
    })
    // A connection from before may take one poll to be missed.
    await eventually(async () => {
      await poll()
      expect(served().value('redis_up', { instance_role: 'slave' })).toBe(1)
    })

    const { text, value } = served()
    expect(text).not.toContain('redis_keys_count')
    expect(text).not.toContain('redis_key_size')
    expect(text).not.toContain('instance_role="master"')
    expect(text).not.toContain('collector="check-keys"')
    expect(value('redis_exporter_scan_series')).toBeUndefined()
    expect(value('redis_exporter_scan_age_seconds')).toBeUndefined()

    await walk()
    expect(
      served().value('redis_keys_count', { db: 'db0', key: '*', instance_role: 'slave' }),
    ).toBe(0)
    expect(await second.client().dbsize()).toBe(0)
  })

  it('publishes nothing of a walk that was under way in it', async () => {
    const port = await freePort()
    const first = await startRedis({ port })
    await fill(first, 20_000)
    const { poll, walk } = tasksOf(first.url, '--scan.max-load=0.005')
    await poll()
    const walking = walk()
    await eventually(async () => {
      const text = await createOwnMetrics('redis', undefined, { further: [walkMetrics] }).render()
      expect(text).toMatch(/exporter_scan_keys [1-9]/)
    }, slack)
    await first.stop()
    // It stays empty: who came first, the walk or a key, would be a matter of luck.
    await using _ = await startRedis({ port })
    await poll()
    await walking
    await poll()

    const { text, value } = served()
    expect(value('redis_keys_count', { db: 'db0', key: '*' })).toBe(0)
    expect(text).not.toMatch(/key="key:\d/)
  })
})
