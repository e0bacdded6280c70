import { announcedHost, announcedPort } from '../redis/cluster-shard.ts'
import { type Instance, isOkay } from '../redis/sentinel-instances.ts'
import type { Endpoint } from '../targets/address.ts'
import { type AddressPair, announcedEndpoint, mapAddress } from '../targets/address-map.ts'

/** A server as a Sentinel announces it. */
export interface Member {
  /** Of a Sentinel, what it calls itself; of others the run, which changes. */
  readonly id: string
  readonly host: string
  readonly port: number
  /** Whether the Sentinel that was asked finds it well. */
  readonly isOkay: boolean
}

/** A master as a Sentinel sees it. */
export interface SeenMaster extends Member {
  readonly name: string
  /** How many Sentinels must agree that it is down. */
  readonly quorum: number
  /** Rises with each failover; of two Sentinels that differ, the one with the higher is right. */
  readonly epoch: number
  /** The other Sentinels that watch it. */
  readonly sentinels: readonly Member[]
  readonly replicas: readonly Member[]
}

/** What a Sentinel sees. */
export interface SentinelView {
  /** What it calls itself; empty where it does not know that, before Redis 6.2. */
  readonly id: string
  /** Which run of it that is; unlike the id it is drawn at each start, and is never copied. */
  readonly run: string
  readonly masters: readonly SeenMaster[]
}

/** Reads one of the instances that a Sentinel lists; undefined where it has no address. */
export function readMember(instance: Instance): Member | undefined {
  const host = announcedHost(instance.get('ip'))
  const port = announcedPort(instance.get('port'))
  if (host === '' || port === undefined) return undefined
  return { id: instance.get('runid') ?? '', host, port, isOkay: isOkay(instance) }
}

/** Reads a master, with what belongs to it; undefined where it has no name or address. */
export function readSeenMaster(
  instance: Instance,
  sentinels: readonly Instance[],
  replicas: readonly Instance[],
): SeenMaster | undefined {
  const [member, name] = [readMember(instance), instance.get('name')]
  if (!member || name === undefined) return undefined
  const members = (all: readonly Instance[]) => all.flatMap((one) => readMember(one) ?? [])
  return {
    ...member,
    name,
    quorum: numberOf(instance.get('quorum')),
    epoch: numberOf(instance.get('config-epoch')),
    sentinels: members(sentinels),
    replicas: members(replicas),
  }
}

function numberOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0
}

/** Where to reach a server that a Sentinel announces; undefined where that is no address. */
export function memberEndpoint(
  { host, port }: Pick<Member, 'host' | 'port'>,
  map: readonly AddressPair[],
  tls: boolean,
): Endpoint | undefined {
  const reached = mapAddress(map, host, port)
  return announcedEndpoint(reached.host, reached.port, tls)
}
