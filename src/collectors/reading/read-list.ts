import { countSeries, type Sample } from '../../metrics/metric.ts'
import { inSlices } from '../../yielding.ts'
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
  isWanted: (item: T) => boolean = () => true,
): Promise<Sample[]> {
  const samples: Sample[] = []
  let usual = 1
  let unread = 0
  await inSlices(items, (item) => {
    if (!isWanted(item)) return
    if (poll.room() <= 0) {
      unread += 1
      return
    }
    const found = read(item)
    usual = countSeries(found) || usual
    for (const one of poll.take(found)) samples.push(one)
  })
  if (unread > 0) poll.leaveOut(unread * usual)
  return samples
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
