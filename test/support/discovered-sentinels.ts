import { systemClock } from '../../src/clock.ts'
import type { SettingsOfTarget } from '../../src/config/target-settings.ts'
import {
  createSentinelMembers,
  type SentinelMembers,
} from '../../src/discovery/sentinel-members.ts'
import { deploymentFigures } from '../../src/fleet/sentinel-figures.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { listenTo } from '../../src/redis/subscription.ts'
import type { Login } from '../../src/targets/wanted-target.ts'
import { configured } from './configured.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'
import { portsOf, wantedTarget } from './wanted-target.ts'

/** What is told while masters of Sentinels that are gone are kept. */
export const keptLastAnswer =
  /^no Sentinel answers for masters of redis:\S+ \(connection: .*\); what was found last is still watched$/

/** A deployment as it is found from the addresses of some Sentinels. */
export interface DiscoveredSentinels
  extends SentinelMembers<SettingsOfTarget>,
    RecordedLog,
    Disposable {
  /** The ports of the targets that are wanted, in order. */
  ports(): readonly number[]
  /** What is told of all deployments, as `name label…` with the value. */
  figures(): Readonly<Record<string, unknown>>
  readonly changedRoles: readonly string[]
}

export interface DiscoveredSentinelsOptions {
  readonly login?: Login
  readonly maximumAgeMilliseconds?: number
}

/** Follows a deployment, by its events alone unless told another interval. */
export function discoverSentinels(
  urls: readonly [string, ...string[]],
  args: readonly string[] = [],
  options: DiscoveredSentinelsOptions = {},
): DiscoveredSentinels {
  const { settings } = configured(['--discover=sentinel', '--poll.interval=1h', ...args])
  const recorded = recordedLog()
  const changedRoles: string[] = []
  const [first, ...others] = urls.map((url) =>
    wantedTarget(url, settings, options.login ? { login: options.login } : {}),
  )
  if (!first) throw new Error('there is no Sentinel')
  const source = createSentinelMembers({
    seeds: [first, ...others],
    connect: ({ endpoint, login }) => createConnect(endpoint, login, settings)(),
    subscribe: ({ endpoint, login }, channels, hearing) =>
      listenTo({ endpoint, login, settings, channels }, hearing),
    maximumAgeMilliseconds: options.maximumAgeMilliseconds ?? 300_000,
    onRoles: (addresses) => void changedRoles.push(...addresses),
    clock: systemClock,
    log: recorded.log,
  })
  return {
    ...recorded,
    ...source,
    changedRoles,
    ports: () => portsOf(source.wanted()),
    figures: () =>
      Object.fromEntries(
        source
          .deployments()
          .flatMap((deployment) => deploymentFigures(deployment))
          .map(({ metric, labels, value }) => {
            const { master_name: name, master_address: address, sentinel } = labels
            return [[metric.name, name, address, sentinel].filter(Boolean).join(' '), value]
          }),
      ),
    [Symbol.dispose]: source.stop,
  }
}
