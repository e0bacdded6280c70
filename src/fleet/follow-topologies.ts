import type { Clock } from '../clock.ts'
import type { Source } from '../discovery/source.ts'
import {
  createTopologies,
  type DiscoverySettings,
  type Topologies,
  withoutLeads,
} from '../discovery/topologies.ts'
import type { Log } from '../log.ts'
import type { DiscoveryMetrics } from '../metrics/discovery-metrics.ts'
import { createRenewalLog } from '../poller/renewal-log.ts'
import type { ConnectionSettings } from '../redis/connection.ts'
import { createConnect } from '../redis/ioredis-connection.ts'
import { createRenewedConnection } from '../redis/renewed-connection.ts'
import { listenTo } from '../redis/subscription.ts'
import { lookedUpBy } from '../targets/address.ts'
import type { LookUp } from '../targets/name-lookups.ts'
import { createTopologyWatch, type Sharing, type TopologyWatch } from './topology-watch.ts'

export interface FollowTopologiesOptions<S> {
  /** What is configured. */
  readonly sources: readonly Source<S>[]
  readonly namespace: string
  readonly discoverMaxAge: number
  /** Has the targets of these addresses polled at once. */
  readonly pollNow: (addresses: readonly string[]) => void
  readonly sharing?: Sharing
  /** By which the names of servers are looked up. */
  readonly lookUp: LookUp
  readonly counts: Pick<DiscoveryMetrics, 'renewalFailed'>
  readonly clock: Clock
  readonly log: Log
}

export interface FollowedTopologies<S> {
  /** What is wanted: what is configured, and what is found from there. */
  readonly sources: readonly Source<S>[]
  readonly topologies: Topologies<S>
  readonly watch: TopologyWatch
}

/** Finds what belongs to the targets that are configured, over connections of its own. */
export function followTopologies<
  S extends DiscoverySettings & ConnectionSettings & { readonly maxConnectionAge: number },
>(options: FollowTopologiesOptions<S>): FollowedTopologies<S> {
  const { sources, namespace, discoverMaxAge, pollNow, lookUp, counts, clock, log } = options
  const topologies = createTopologies<S>({
    sources,
    connect: ({ name, endpoint, login, settings }) =>
      createRenewedConnection({
        connect: createConnect(lookedUpBy(lookUp, endpoint), login, settings),
        maximumAgeMilliseconds: settings.maxConnectionAge,
        patienceMilliseconds: settings.pollTimeout / 2,
        onRenewal: createRenewalLog(log, counts, { target: name, connection: 'discovery' }),
        clock,
      }),
    subscribe: ({ endpoint, login, settings }, channels, hearing) =>
      listenTo({ endpoint: lookedUpBy(lookUp, endpoint), login, settings, channels }, hearing),
    maximumAgeMilliseconds: discoverMaxAge,
    onRoles: pollNow,
    clock,
    log,
  })
  return {
    sources: [...sources.map(withoutLeads), topologies],
    topologies,
    watch: createTopologyWatch({ topologies, namespace, sharing: options.sharing, clock }),
  }
}
