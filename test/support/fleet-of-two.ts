import { expect } from 'vitest'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { configured } from './configured.ts'
import { eventually } from './eventually.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { type TestFleet, testFleet } from './test-fleet.ts'
import { wantedTarget } from './wanted-target.ts'

export type Settings = ReturnType<typeof configured>['settings']
type Wanted = WantedTarget<Settings>

/** Two servers, and the fleets that watch them. */
export interface TwoServers extends AsyncDisposable {
  readonly one: RedisServer
  readonly two: RedisServer
  /** Starts a fleet that is stopped before them. */
  started(...of: Parameters<typeof testFleet<Settings>>): TestFleet
}

export async function startTwoServers(): Promise<TwoServers> {
  const fleets: TestFleet[] = []
  const [one, two] = await Promise.all([startRedis(), startRedis()])
  return {
    one,
    two,
    started(...of) {
      const fleet = testFleet<Settings>(...of)
      fleets.push(fleet)
      return fleet
    },
    async [Symbol.asyncDispose]() {
      for (const fleet of fleets) fleet[Symbol.dispose]()
      await Promise.all([one, two].map((server) => server.stop()))
    },
  }
}

// A busy machine may need more than the second that would be their deadline.
const patient = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=1m']
export const withWalk = ['--check-keys=*', '--script=/dev/null', '--scan.interval=1s']

/** A server as a target, with a deadline that no poll comes near. */
export const target = (
  server: Pick<RedisServer, 'url'>,
  flags: readonly string[] = [],
  more: Partial<Wanted> = {},
): Wanted => wantedTarget(server.url, configured([...patient, ...flags]).settings, more)

/** Gives a server so many keys that a walk through them may be slow. */
export async function fillForWalk(server: RedisServer): Promise<void> {
  const script = "for i=1,20000 do redis.call('SET', 'key:'..i, i) end"
  await server.client().eval(script, 0)
}

// Each call of `client` makes another connection.
const clients = new WeakMap<RedisServer, ReturnType<RedisServer['client']>>()

/** The connections that the exporter has to a server, each with its number there. */
export async function connectionsTo(server: RedisServer): Promise<readonly string[]> {
  const client = clients.get(server) ?? server.client()
  clients.set(server, client)
  const list = String(await client.call('CLIENT', 'LIST'))
  return list
    .split('\n')
    .filter((line) => line.includes(' name=redis_exporter '))
    .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '')
}

/** Returns when a target is served as up. */
export const isUp = async (fleet: TestFleet, { name }: Wanted) =>
  eventually(async () => expect(await fleet.text()).toContain(`redis_up{target="${name}"} 1\n`))

/** How many polls of a target have ended. */
export async function pollsOf(fleet: TestFleet, { name }: Wanted): Promise<number> {
  const [, polls] =
    new RegExp(`scrapes_total\\{target="${name}"\\} (\\d+)`).exec(await fleet.text()) ?? []
  return Number(polls)
}
