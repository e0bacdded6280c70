import { countSeries, type Sample } from '../../metrics/metric.ts'
import { startInSlices } from '../../yielding.ts'
import type { Poll } from '../collector.ts'

type Room = Pick<Poll, 'room' | 'take' | 'leaveOut'>

/**
 * The samples of what a server lists, which may be any number of things: in slices of time, and
 * only as long as the collector has room for more series. What comes behind that is not read but
 * counted, each as so many series as the last one that was read. What is not wanted is neither.
 */
export async function readList<T>(
  poll: Room,
  items: Iterable<T>,
  read: (item: T) => readonly Sample[],
  isWanted?: (item: T) => boolean,
): Promise<Sample[]> {
  const samples: Sample[] = []
  const take = (found: readonly Sample[]) => void samples.push(...poll.take(found))
  await visitList(poll, items, read, take, isWanted)
  return samples
}

/**
 * The same where there may be thousands: the samples are given as they come, none is kept. Undefined
 * where all were given at once.
 */
export function giveList<T>(
  poll: Pick<Poll, 'room' | 'give' | 'leaveOut'>,
  items: Iterable<T>,
  read: (item: T) => readonly Sample[],
  isWanted?: (item: T) => boolean,
): Promise<void> | undefined {
  return visitList(poll, items, read, poll.give, isWanted)
}

function visitList<T>(
  { room, leaveOut }: Pick<Poll, 'room' | 'leaveOut'>,
  items: Iterable<T>,
  read: (item: T) => readonly Sample[],
  take: (samples: readonly Sample[]) => void,
  isWanted: (item: T) => boolean = () => true,
): Promise<void> | undefined {
  let usual = 1
  let unread = 0
  const countUnread = () => {
    if (unread > 0) leaveOut(unread * usual)
  }
  const later = startInSlices(items, (item) => {
    if (!isWanted(item)) return
    if (room() <= 0) {
      unread += 1
      return
    }
    const found = read(item)
    usual = countSeries(found) || usual
    take(found)
  })
  if (later) return later.then(countUnread)
  countUnread()
  return undefined
}

/** The room of a collector for a list of which the first things are there on every server. */
export function roomBeside(fixed: number, { room, take, leaveOut }: Room): Room {
  let read = 0
  return {
    room: () => (read < fixed ? Infinity : room()),
    take(samples) {
      read += 1
      return read <= fixed ? samples : take(samples)
    },
    leaveOut,
  }
}
