import type { Member, SeenMaster, SentinelView } from '../../src/discovery/sentinel-view.ts'
import type { AddressPair } from '../../src/targets/address-map.ts'

/** The settings of a Sentinel whose deployment is to be found, as they are unless told otherwise. */
export const sentinelSettings = {
  ...{ pollInterval: 15_000, pollTimeout: 10_000, setClientName: true },
  discoverMap: [] as readonly AddressPair[],
  discoverMasters: [] as readonly string[],
}

export type SeenOptions = Partial<SentinelView>

/** What a Sentinel sees. */
export function seen({ id = '', run = '', masters = [] }: SeenOptions): SentinelView {
  return { id, run, masters }
}

export interface SawMasterOptions {
  readonly replicas?: readonly string[]
  /** Places by ids. */
  readonly sentinels?: Readonly<Record<string, string>>
  readonly quorum?: number
  readonly epoch?: number
}

/** A master as a Sentinel sees it, all by `host:port`. */
export function sawMaster(name: string, place: string, options: SawMasterOptions = {}): SeenMaster {
  const { replicas = [], sentinels = {}, quorum = 2, epoch = 0 } = options
  return {
    ...member(place),
    name,
    quorum,
    epoch,
    replicas: replicas.map((one) => member(one)),
    sentinels: Object.entries(sentinels).map(([id, one]) => member(one, id)),
  }
}

function member(place: string, id = ''): Member {
  const colon = place.lastIndexOf(':')
  return { id, host: place.slice(0, colon), port: Number(place.slice(colon + 1)), isOkay: true }
}
