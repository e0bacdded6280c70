/** One round trip of a walk. */
export interface WalkedTrip {
  /** From the moment of sending until the last reply was there. */
  readonly milliseconds: number
  readonly commands: number
  readonly isScan: boolean
}

/** What the server said about the trips since the last time; each undefined where it does not say. */
export interface ServerWord {
  /** Milliseconds that it spent on our commands. */
  readonly spent: number | undefined
  /** Milliseconds that one SCAN took, on average. */
  readonly scan: number | undefined
  /** The share of one processor that it used for others. */
  readonly busyWithOthers: number | undefined
}

/**
 * Decides how fast a walk may go. Times are in milliseconds of the monotonic clock. Nothing here
 * waits or asks: it is told what happened and says what to do.
 */
export interface Pace {
  /** How many keys the next SCAN shall ask for. */
  count(): number
  /** How long to wait before the next round trip. */
  wait(now: number): number
  tripMade(trip: WalkedTrip, now: number): void
  /** Whether it is time to ask the server what it spent. */
  wantsWord(now: number): boolean
  hear(word: ServerWord, now: number): void
  /** The share of one core of the server that the walk has used so far. */
  load(now: number): number
}

export interface PaceOptions {
  /** The share of one core of the server that may be used; 0 is no limit. */
  readonly maximumLoad: number
  /** Keys that one SCAN may ask for at most. */
  readonly maximumCount: number
  readonly now: number
}

// Without a limit, a SCAN may keep the server for a millisecond, on average.
const fastAim = 1
// With a limit, no round trip keeps it for longer than other clients hardly notice.
const politeAim = 0.1
// Where the server does not say how long that is, the way to it is in the time as well.
const unsaidAim = 0.5
const firstCount = 100
const smallestCount = 10
// What the server does for a command and for a round trip beside what it counts itself: reading,
// parsing, writing. Measured with Redis 7.0.
const commandOverhead = 0.0006
const tripOverhead = 0.015
// What took longer was spent waiting, by the server, the network or ourselves: the aims above are
// far below it, and a pause must not grow with it.
const longestTrip = 10
// The server is asked often until the number of keys that a SCAN asks for has settled.
const unsettledInterval = 50
const wordInterval = 500
// Settled is what changes by no more than this factor.
const settledFactor = 1.25
// Slower than this share of the limit a walk never gets, so that it ends some day.
const slowest = 0.1
// Above this share of a processor spent on others, the walk takes less.
const busyFrom = 0.6
// Waiting longer than before by this factor and these milliseconds tells that others queue up too.
const queueFactor = 2
const queueSlack = 0.3
// The shortest wait counts less the longer it is ago: the way to the server may have become longer.
const queueForgetting = 1.02
// So fast a walk gets back to its limit, with each word of the server.
const recovery = 1.25

export function createPace({ maximumLoad, maximumCount, now: started }: PaceOptions): Pace {
  const limited = maximumLoad > 0
  let count = Math.min(firstCount, maximumCount)
  // The part of a trip's time that the server works on it; all of it until the server says.
  let share = 1
  let calm = 1
  let due = started
  let shortestQueue = Infinity
  let spentInAll = 0
  let wordAt = started + unsettledInterval
  let since = emptyWindow()

  function hearSpent(spent: number): void {
    if (since.milliseconds === 0) return
    const cost = spent + since.commands * commandOverhead + since.trips * tripOverhead
    share = Math.min(1, cost / since.milliseconds)
    const queue = (since.milliseconds - Math.min(cost, since.milliseconds)) / since.trips
    const crowded = queue > shortestQueue * queueFactor + queueSlack
    shortestQueue = Math.min(shortestQueue * queueForgetting, queue)
    calm = crowded ? Math.max(slowest, calm / 2) : Math.min(1, calm * recovery)
  }

  // What takes longest decides: the mean SCAN, or the mean of the other trips. Returns whether the
  // number has settled.
  function adaptCount(scan: number | undefined): boolean {
    const last = count
    const scanTime = scan ?? (since.scanMilliseconds / since.scans) * share
    const otherTrips = since.trips - since.scans
    const tripTime = ((since.milliseconds - since.scanMilliseconds) / otherTrips) * share
    const politely = scan === undefined ? unsaidAim : politeAim
    const aim = limited ? politely : fastAim
    const byScan = since.scans > 0 ? aim / scanTime : Infinity
    const byTrip = limited && otherTrips > 0 ? politeAim / tripTime : Infinity
    const factor = Math.min(byScan, byTrip, 4)
    count = Math.max(smallestCount, Math.min(maximumCount, Math.round(count * factor)))
    count = Math.min(count, maximumCount)
    return count <= last * settledFactor && count >= last / settledFactor
  }

  return {
    count: () => count,
    wait: (now) => (limited && due - now >= 1 ? due - now : 0),
    tripMade(trip, now) {
      const milliseconds = Math.min(trip.milliseconds, longestTrip)
      const cost = milliseconds * share
      spentInAll += cost
      since.milliseconds += milliseconds
      since.commands += trip.commands
      since.trips += 1
      if (trip.isScan) {
        since.scans += 1
        since.scanMilliseconds += milliseconds
      }
      // The time that this trip pays for begins with the trip, or where the one before ends.
      if (limited) due = Math.max(due, now - trip.milliseconds) + cost / (maximumLoad * calm)
    },
    wantsWord: (now) => now >= wordAt && since.trips > 0,
    hear({ spent, scan, busyWithOthers }, now) {
      // Where it does not say what it spent, nothing tells that others still wait.
      if (spent === undefined) calm = Math.min(1, calm * recovery)
      else hearSpent(spent)
      if (busyWithOthers !== undefined && busyWithOthers > busyFrom)
        calm = Math.min(calm, Math.max(slowest, (1 - busyWithOthers) / (1 - busyFrom)))
      const isSettled = adaptCount(scan)
      since = emptyWindow()
      wordAt = now + (isSettled ? wordInterval : unsettledInterval)
    },
    load: (now) => (now > started ? spentInAll / (now - started) : 0),
  }
}

function emptyWindow() {
  return { milliseconds: 0, commands: 0, trips: 0, scans: 0, scanMilliseconds: 0 }
}
