/** Slots from one to another, both included. */
export type SlotRange = readonly [from: number, to: number]

/** The slots of every cluster. */
export const slotCount = 16_384

/** A node as one of its cluster announces it. */
export interface ClusterNode {
  readonly id: string
  /** Empty where it is not known, which a node need not be of itself. */
  readonly ip: string
  /** Empty where it announces none. */
  readonly hostname: string
  /** Undefined where it does not listen so, or that is not told over this connection. */
  readonly port: number | undefined
  readonly tlsPort: number | undefined
  readonly isMaster: boolean
  /** Whether the node that was asked finds it well. */
  readonly isReachable: boolean
}

/** A master, or what is left where there is none, with its replicas and its slots. */
export interface ClusterShard {
  readonly slots: readonly SlotRange[]
  readonly nodes: readonly ClusterNode[]
}

/** Reads the bounds of a range of slots; undefined where they are none. */
export function slotRange(from: unknown, to: unknown): SlotRange | undefined {
  const [first, last] = [from, to].map((bound) => (typeof bound === 'number' ? bound : Number.NaN))
  const isRange = Number.isInteger(first) && Number.isInteger(last)
  if (!isRange || first === undefined || last === undefined) return undefined
  return first >= 0 && first <= last && last < slotCount ? [first, last] : undefined
}

/** A host as it is announced; `?` and nil stand for one that is not known. */
export function announcedHost(text: unknown): string {
  return typeof text === 'string' && text !== '?' ? text : ''
}

/** A port as it is announced, as a number or in digits; 0 stands for none. */
export function announcedPort(given: unknown): number | undefined {
  const port = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : given
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
  return isPort ? port : undefined
}
