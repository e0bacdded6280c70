/** What replies may be. */
export interface ReplyBounds {
  /** Bytes of one reply. */
  readonly bytes: number
  /** Elements of all lists within one reply. */
  readonly elements: number
  /** Bytes of all replies of one round trip. */
  readonly bytesTogether: number
}

/** What can be wrong: no RESP2, a reply that nobody asked for, more of something than may be. */
export type FramingFault =
  | 'malformed'
  | 'unasked'
  | 'too large'
  | 'too many elements'
  | 'too large together'

/** Where a connection stands. It is one object for functions outside: a thousand are held. */
export interface Progress {
  readonly bounds: ReplyBounds
  /** How many elements each open list still lacks. */
  readonly lacking: number[]
  depth: number
  owed: number
  /** How many of them the round trip owes that is under way, and those behind it, each by itself. */
  owedByTrip: number
  readonly laterTrips: number[]
  /** Whether replies may come that nobody asked for by then: a subscription was made. */
  subscribed: boolean
  /** Bytes before the chunk that is looked at, since nothing was owed. */
  received: number
  /** How many of them came before the round trip. */
  tripStart: number
  /** How many came before each reply of it, the one that is looked at being the last. */
  readonly starts: number[]
  /** How many there are with those that a text says it has, which was too much. */
  expected: number
  /** How many there may be by the end of the reply. */
  most: number
  /** Elements of the reply so far. */
  elements: number
  /** Where in a reply the next byte stands; 0 before it. */
  state: number
  type: number
  /** Characters of a line, digits of a number, bytes of a body that are still to come. */
  length: number
  value: number
  signed: boolean
  negative: boolean
  fault: FramingFault | undefined
}

/** Where a connection stands over which nothing came. */
export function beginProgress(bounds: ReplyBounds): Progress {
  return {
    bounds,
    lacking: [],
    depth: 0,
    owed: 0,
    owedByTrip: 0,
    laterTrips: [],
    subscribed: false,
    received: 0,
    tripStart: 0,
    starts: [],
    expected: 0,
    most: 0,
    elements: 0,
    state: 0,
    type: 0,
    length: 0,
    value: 0,
    signed: false,
    negative: false,
    fault: undefined,
  }
}

/** How many bytes came before the reply that is looked at. */
export function startOf({ starts }: Progress): number {
  return starts.at(-1) ?? 0
}

/** Says that so many replies are owed; see Framing. */
export function owe(progress: Progress, replies: number, apart: boolean): void {
  const { laterTrips } = progress
  if (progress.owed === 0) {
    // Nothing can be under way.
    progress.received = 0
    progress.tripStart = 0
    progress.starts.length = 0
    progress.owedByTrip = 0
  }
  if (progress.owed > 0 && apart) laterTrips.push(replies)
  else if (laterTrips.length === 0) progress.owedByTrip += replies
  else laterTrips.push((laterTrips.pop() ?? 0) + replies)
  progress.owed += replies
}

/** The next round trip begins where one has come to its end, so many bytes after the beginning. */
export function endTrip(progress: Progress, receivedHere: number): void {
  const next = progress.laterTrips.shift()
  if (next === undefined) return
  bound(progress, receivedHere)
  progress.owedByTrip = next
  progress.tripStart = receivedHere
}

/** Notes the fault where so many bytes are too many. */
export function bound(progress: Progress, bytes: number): void {
  if (bytes - startOf(progress) > progress.bounds.bytes) progress.fault ??= 'too large'
  if (bytes - progress.tripStart > progress.bounds.bytesTogether)
    progress.fault ??= 'too large together'
  if (progress.fault) progress.expected = Math.max(progress.expected, bytes)
}
