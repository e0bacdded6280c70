import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { parseExposition } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { peerVersion, startPeerExporter } from '../support/peer-exporter.ts'
import { startRedis } from '../support/redis-server.ts'

const args = ['-append-instance-role-label']
// On a busy machine a lost server is asked seldom, but within a third of that.
const env = { POLL_INTERVAL: '1s', POLL_MAX_AGE: '60s' }
const within = { within: 120_000 }

const inAnyState = new Set([
  'redis_exporter_last_scrape_duration_seconds',
  'redis_exporter_last_scrape_error',
  'redis_up',
])

/** The series that both have of a server in any state, without the texts of errors and durations. */
async function stateIn(exporter: Exporter, path = '/metrics'): Promise<readonly string[]> {
  return parseExposition((await exporter.get(path)).bytes)
    .flatMap(({ samples }) => samples)
    .filter(({ name }) => inAnyState.has(name))
    .map(({ name, labels: { instance_role: role }, value }) =>
      name.endsWith('_seconds') ? `${name} of "${role}"` : `${name} of "${role}" is ${value}`,
    )
    .sort()
}

const state = (role: string, isUp: boolean) => [
  `redis_exporter_last_scrape_duration_seconds of "${role}"`,
  `redis_exporter_last_scrape_error of "${role}" is ${isUp ? 0 : 1}`,
  `redis_up of "${role}" is ${isUp ? 1 : 0}`,
]
const up = (role: string) => state(role, true)
const down = (role: string) => state(role, false)

describe.concurrent(`with the label of the role, as the Go exporter ${peerVersion()}`, () => {
  it('a server that fails over and is lost is told of by one series, whose role is the last that it told', async () => {
    await using server = await startRedis()
    await using ours = await startExporter({ args: [...args, `--redis.addr=${server.url}`], env })
    await using theirs = await startPeerExporter({ args: [...args, '-redis.addr', server.url] })
    const both = async (expected: readonly string[]) =>
      await eventually(async () => {
        for (const exporter of [ours, theirs]) expect(await stateIn(exporter)).toEqual(expected)
      }, within)
    await both(up('master'))
    await server.kill()
    await both(down('master'))

    await server.restart()
    await both(up('master'))
    await server.client().call('REPLICAOF', '127.0.0.1', `${await freePort()}`)
    await both(up('slave'))
    await server.kill()
    await both(down('slave'))
    // To the Go exporter every request for a target is the first; ours watches it.
    const asked = `/scrape?target=${server.url}`
    expect(await stateIn(theirs, asked)).toEqual(down(''))
    expect(await stateIn(ours, asked)).toEqual(down('slave'))
  })

  it('a server that never was up has an empty one', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await using ours = await startExporter({ args: [...args, `--redis.addr=${url}`], env })
    await using theirs = await startPeerExporter({ args: [...args, '-redis.addr', url] })

    await eventually(async () => {
      for (const exporter of [ours, theirs]) expect(await stateIn(exporter)).toEqual(down(''))
    }, within)
  })
})
