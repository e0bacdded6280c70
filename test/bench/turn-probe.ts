// Goes along with an exporter that is measured: writes how long the turns of its event loop were to
// the file that TURNS names, when it ends. The loop never rests meanwhile, so that each turn is seen.
import { writeFileSync } from 'node:fs'
import { threadClock } from '../support/event-loop.ts'
import type { Turn } from './turns-of.ts'

// Those that are shorter are of no interest, and there are millions of them.
const shortest = 1

const clock = threadClock()
const turns: Turn[] = []
let last: Omit<Turn, 'endedAt'> | undefined

function turn(): void {
  const now = { processor: clock.now(), wall: performance.now() }
  const wall = last ? now.wall - last.wall : 0
  // Linux tells the time of the processor in steps of a few milliseconds.
  const processor = last ? Math.min(wall, now.processor - last.processor) : 0
  if (wall >= shortest) turns.push({ processor, wall, endedAt: Date.now() })
  last = now
  setImmediate(turn)
}

setImmediate(turn)
process.once('exit', () => writeFileSync(process.env.TURNS ?? '', JSON.stringify(turns)))
