import type { Clock } from '../clock.ts'
import type { PollOutcome } from '../poller/poll-task.ts'
import type { TargetSettings, TargetTask } from '../poller/target-tasks.ts'
import type { Connect } from '../redis/connection.ts'
import type { Reason } from '../redis/redis-error.ts'
import { createBackOff } from './back-off.ts'
import { createTurns, type Turn, type Turns } from './turns.ts'

/** What the targets of a fleet wait for, so that they do not all connect and walk at a time. */
export interface TurnsOfFleet {
  readonly connecting: Turns
  readonly walking: Turns
  /** From 0 to 1, without the end. */
  readonly random: () => number
}

/** How many may connect for the first time at once, and how many walk. */
export interface TurnSettings {
  readonly pollMaxConnecting: number
  readonly scanMaxConcurrent: number
}

export function createTurnsOfFleet(settings: TurnSettings): TurnsOfFleet {
  return {
    connecting: createTurns(settings.pollMaxConnecting),
    walking: createTurns(settings.scanMaxConcurrent),
    random: Math.random,
  }
}

/** Has the tasks of a target run when it is their turn. */
export interface InTurn {
  readonly walkTurn: Turn
  /** The same connections; that a server speaks is heard. */
  watched(connect: Connect): Connect
  task(task: TargetTask, lastPoll: () => PollOutcome | undefined): TargetTask
}

// Whoever says nothing for so long costs us nothing: others connect meanwhile. Whoever has spoken does
// cost us time, and may fall silent.
const patienceMilliseconds = { untilHeard: 200, inAll: 2000 }

const unreachable: ReadonlySet<Reason> = new Set(['connection', 'timeout'])

/**
 * The first poll of a target waits for its turn to connect. Its walks and slow polls wait until the
 * target is up, and are left out where it is down later; walks wait for their turn as well. While the
 * target cannot be reached, polls are left out too; where they are far apart, `pollAgain` is called some
 * times between them, more and more seldom.
 */
export function createInTurn(
  { connecting, walking, random }: TurnsOfFleet,
  settings: TargetSettings,
  signal: AbortSignal,
  clock: Pick<Clock, 'monotonic'>,
  pollAgain: () => void = () => undefined,
): InTurn {
  const walkTurn = walking.turn(signal)
  const backOff = createBackOff({
    intervalMilliseconds: settings.pollInterval,
    timeoutMilliseconds: settings.pollTimeout,
    maximumAgeMilliseconds: settings.pollMaxAge,
    random,
  })
  let isHeard = false
  let again: NodeJS.Timeout | undefined
  let againAt = Infinity
  let isAgain = false
  signal.addEventListener('abort', () => clearTimeout(again))
  let wasUp: () => void = () => undefined
  const firstUp = new Promise<void>((resolve) => {
    wasUp = resolve
  })

  function pollTask(task: TargetTask, lastPoll: () => PollOutcome | undefined): TargetTask {
    let isWaiting = false

    async function first(): Promise<void> {
      isWaiting = true
      const turn = connecting.turn(signal)
      await turn.take()
      isWaiting = false
      const { untilHeard, inAll } = patienceMilliseconds
      const timers = [
        // What has arrived meanwhile is read first: it may be we who are slow.
        setTimeout(() => setImmediate(giveUnlessHeard, turn), untilHeard),
        setTimeout(turn.give, inAll),
      ]
      await task.run()
      timers.forEach(clearTimeout)
      turn.give()
    }

    async function run(): Promise<void> {
      if (lastPoll() === undefined) await first()
      else if (isAgain || backOff.isDue()) {
        clearTimeout(again)
        againAt = Infinity
        await task.run()
      } else return
      const { error, seconds = 0 } = lastPoll() ?? {}
      if (!error) wasUp()
      backOff.note(error === undefined || !unreachable.has(error.reason))
      pollSoon(seconds * 1e3)
    }

    function pollSoon(lastMilliseconds: number): void {
      const wait = backOff.soon(lastMilliseconds)
      if (wait === undefined || signal.aborted) return
      againAt = clock.monotonic() + wait
      again = setTimeout(() => {
        againAt = Infinity
        isAgain = true
        pollAgain()
        isAgain = false
      }, wait)
    }

    return {
      ...task,
      run,
      onSkip: (runs) => {
        if (!isWaiting) task.onSkip(runs)
      },
      nextRun: (place) => Math.min(againAt, place + backOff.leftOut() * task.intervalMilliseconds),
    }
  }

  async function whenUp(run: () => Promise<void>, lastPoll: () => PollOutcome | undefined) {
    await firstUp
    const last = lastPoll()
    if (last && !last.error) await run()
  }

  function hear(): void {
    isHeard = true
  }

  function giveUnlessHeard(turn: Turn): void {
    if (!isHeard) turn.give()
  }

  function watched(connect: Connect): Connect {
    return () => {
      const connection = connect()
      return {
        ...connection,
        send(commands, words) {
          const replies = connection.send(commands, words)
          if (!isHeard) void replies[0]?.then(hear, hear)
          return replies
        },
      }
    }
  }

  return {
    walkTurn,
    watched,
    task(task, lastPoll) {
      switch (task.kind) {
        case 'poll':
          return pollTask(task, lastPoll)
        case 'walk':
          return {
            ...task,
            run: () =>
              whenUp(async () => {
                await walkTurn.take()
                await task.run()
                walkTurn.give()
              }, lastPoll),
          }
        case 'slow poll':
          return { ...task, run: () => whenUp(task.run, lastPoll) }
      }
    },
  }
}
