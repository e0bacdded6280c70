import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Command } from '../redis/command.ts'
import type { Exchange } from '../redis/connection.ts'
import { createPace } from './pace.ts'
import {
  askEffort,
  effortSince,
  millisecondsSpent,
  readEffort,
  type ServerEffort,
} from './server-effort.ts'

/** Round trips that keep within the load that a walk may cause. */
export interface PacedExchange {
  /** Waits for its turn, then sends commands in one round trip. */
  readonly exchange: Exchange
  /** How many keys the next SCAN shall ask for. */
  count(): number
  /** The share of one core of the server that was used so far. */
  load(): number
  /** Milliseconds that were spent in pauses so far. */
  paused(): number
}

export interface PacedExchangeOptions {
  /** Sends at once. */
  readonly send: Exchange
  readonly settings: { readonly checkKeysBatchSize: number; readonly scanMaxLoad: number }
  readonly clock: Clock
  /** Ends what waits, and nothing is sent any more. */
  readonly signal: AbortSignal
  /** Called after each round trip with the load so far. */
  readonly onTrip: (load: number) => void
}

/** What was heard of the server at some moment. */
interface Heard {
  readonly effort: ServerEffort
  readonly at: number
}

export function createPacedExchange(options: PacedExchangeOptions): PacedExchange {
  const { send, settings, clock, signal, onTrip } = options
  const pace = createPace({
    maximumLoad: settings.scanMaxLoad,
    maximumCount: settings.checkKeysBatchSize,
    now: clock.monotonic(),
  })
  let heard: Heard | undefined
  let calls = new Map<string, number>()
  let listening = false
  let paused = 0

  async function listen(): Promise<void> {
    listening = true
    try {
      const effort = await readEffort(await send(askEffort))
      const at = clock.monotonic()
      // The first time there is nothing to compare with.
      if (heard) pace.hear(wordOf(heard, { effort, at }), at)
      heard = { effort, at }
      calls = new Map()
    } finally {
      listening = false
    }
  }

  function wordOf(before: Heard, after: Heard) {
    const spent = millisecondsSpent(before.effort, after.effort, calls)
    const scan = effortSince(before.effort, after.effort, 'scan')
    return {
      spent,
      scan: scan && scan.microseconds / 1e3 / scan.calls,
      busyWithOthers: busyWithOthers(before, after, spent),
    }
  }

  return {
    async exchange(commands, onHead) {
      // The connection may be that of the next walk by now.
      signal.throwIfAborted()
      if (!listening && (!heard || pace.wantsWord(clock.monotonic()))) await listen()
      const wait = pace.wait(clock.monotonic())
      const waiting = clock.monotonic()
      if (wait > 0) await sleep(wait, undefined, { signal })
      const began = clock.monotonic()
      paused += began - waiting
      const replies = await send(commands, onHead)
      const now = clock.monotonic()
      countCalls(calls, commands)
      pace.tripMade(
        {
          milliseconds: now - began,
          commands: commands.length,
          isScan: commands[0]?.[0] === 'SCAN',
        },
        now,
      )
      onTrip(pace.load(now))
      return replies
    },
    count: pace.count,
    load: () => pace.load(clock.monotonic()),
    paused: () => paused,
  }
}

function busyWithOthers(before: Heard, after: Heard, spent = 0): number | undefined {
  const { processorSeconds: was } = before.effort
  const { processorSeconds: is } = after.effort
  if (was === undefined || is === undefined || after.at <= before.at) return undefined
  return ((is - was) * 1e3 - spent) / (after.at - before.at)
}

function countCalls(calls: Map<string, number>, commands: readonly Command[]): void {
  for (const [name] of commands) calls.set(name, (calls.get(name) ?? 0) + 1)
}
