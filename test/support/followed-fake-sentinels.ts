import { expect, onTestFinished } from 'vitest'
import type { SentinelFinding } from '../../src/discovery/sentinel-finding.ts'
import { createSentinelMembers } from '../../src/discovery/sentinel-members.ts'
import type { Hearing } from '../../src/redis/subscription.ts'
import { eventually } from './eventually.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { type FakeSentinel, fakeSentinels } from './fake-sentinels.ts'
import { recordedLog } from './recorded-log.ts'
import { sentinelSettings } from './sentinel-views.ts'
import { wantedTarget } from './wanted-target.ts'

type Settings = typeof sentinelSettings

export const within = { within: 20_000 }

interface FollowedFakes {
  readonly seeds: readonly [string, ...string[]]
  readonly sentinels: Readonly<Record<string, FakeSentinel>>
  readonly before?: SentinelFinding<Settings>
  readonly clock?: FakeClock
  readonly pollTimeout?: number
}

/** Follows fake Sentinels until the test is over; asked once, and then when it is told to. */
export function followFakeSentinels(given: FollowedFakes) {
  const { sentinels, before, clock = fakeClock(), pollTimeout = 20_000 } = given
  const [first, ...others] = given.seeds
  const settings = { ...sentinelSettings, pollInterval: 3_600_000, pollTimeout }
  const { log, lines } = recordedLog()
  const roles: string[] = []
  const heard = new Map<string, Hearing>()
  const seed = (host: string) => wantedTarget(`redis://${host}:26379`, settings)
  const source = createSentinelMembers<Settings>({
    seeds: [seed(first), ...others.map(seed)],
    before,
    connect: fakeSentinels(sentinels),
    subscribe({ endpoint }, _, hearing) {
      const host = endpoint.kind === 'tcp' ? endpoint.host : ''
      heard.set(host, hearing)
      return { close: () => void heard.delete(host) }
    },
    maximumAgeMilliseconds: 300_000,
    onRoles: (addresses) => void roles.push(...addresses),
    clock,
    log,
  })
  onTestFinished(source.stop)
  let told = 0
  source.onChange(() => {
    told += 1
  })
  /** Of all that is wanted, in the order of names. */
  const hosts = () =>
    source
      .wanted()
      .map(({ address }) => new URL(address).hostname)
      .sort()
  return {
    ...source,
    ...{ clock, roles, hosts, told: () => told },
    failures: () => lines.flatMap(({ msg }) => (msg.startsWith('discovery failed') ? msg : [])),
    /** The masters by deployments, with who agrees. */
    masters: () =>
      source
        .deployments()
        .map(({ masters }) =>
          Object.fromEntries(
            masters.map(({ name, address, agreement }) => [
              `${name} ${new URL(address).hostname}`,
              [...agreement.keys()].map((one) => new URL(one).hostname),
            ]),
          ),
        ),
    /** One of the Sentinels tells of a change to whoever listens to it. */
    tells: (host: string) => heard.get(host)?.onMessage('-monitor', host),
    /** Has found these, without being asked to look. */
    async hasFound(...expected: readonly string[]) {
      await eventually(() => expect(hosts()).toEqual(expected), within)
    },
    /** Asks until it has found these. */
    async finds(...expected: readonly string[]) {
      await eventually(() => {
        source.refresh()
        expect(hosts()).toEqual(expected)
      }, within)
    },
    async fails(expected: string) {
      await eventually(() => {
        source.refresh()
        expect(source.state().failure).toBe(expected)
      }, within)
    },
  }
}
