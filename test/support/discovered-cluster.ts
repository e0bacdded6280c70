import { systemClock } from '../../src/clock.ts'
import type { SettingsOfTarget } from '../../src/config/target-settings.ts'
import { type ClusterNodes, createClusterNodes } from '../../src/discovery/cluster-nodes.ts'
import { clusterFigures } from '../../src/fleet/cluster-figures.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { configured } from './configured.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'
import { portsOf, wantedTarget } from './wanted-target.ts'

/** The nodes of a real cluster as they are found from one of its addresses. */
export interface DiscoveredCluster extends ClusterNodes<SettingsOfTarget>, RecordedLog, Disposable {
  /** The ports of the targets that are wanted, in order. */
  ports(): readonly number[]
  /** The addresses that were told to have changed their role, in order. */
  readonly changedRoles: readonly string[]
  /** The targets that were connected to. */
  readonly asked: readonly string[]
}

export interface DiscoveredClusterOptions {
  readonly args?: readonly string[]
  readonly target?: Partial<WantedTarget<SettingsOfTarget>>
  readonly maximumAgeMilliseconds?: number
}

/** Follows a cluster from one of its addresses, once in a second unless told otherwise. */
export function discoverCluster(
  url: string,
  options: DiscoveredClusterOptions = {},
): DiscoveredCluster {
  const { args = [], target = {}, maximumAgeMilliseconds = 300_000 } = options
  const { settings } = configured(['--discover=cluster', '--poll.interval=1s', ...args])
  const recorded = recordedLog()
  const changedRoles: string[] = []
  const asked: string[] = []
  const source = createClusterNodes({
    seed: wantedTarget(url, settings, target),
    connect: ({ address, endpoint, login }) => {
      asked.push(address)
      return createConnect(endpoint, login, settings)()
    },
    maximumAgeMilliseconds,
    onRoles: (addresses) => void changedRoles.push(...addresses),
    clock: systemClock,
    log: recorded.log,
  })
  return {
    ...recorded,
    ...source,
    changedRoles,
    asked,
    ports: () => portsOf(source.wanted()),
    [Symbol.dispose]: source.stop,
  }
}

/** What is told of a cluster, by the names of metrics without labels. */
export function figuresOf(source: DiscoveredCluster): Readonly<Record<string, unknown>> {
  const cluster = source.cluster()
  const samples = cluster ? clusterFigures(cluster) : []
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.name, value]))
}
