import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createInTurn, type TurnsOfFleet } from '../../src/fleet/in-turn.ts'
import { createTurns } from '../../src/fleet/turns.ts'
import type { PollOutcome } from '../../src/poller/poll-task.ts'
import type { Schedule } from '../../src/poller/schedule.ts'
import type { TargetTask } from '../../src/poller/target-tasks.ts'
import { type Reason, redisError } from '../../src/redis/redis-error.ts'
import { configured } from '../support/configured.ts'
import { fakeConnection, silence } from '../support/fake-connection.ts'
import { seconds, startTasks } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const { settings } = configured([])

/** A target whose polls take so long and end as told, with its tasks as they wait for their turn. */
function target(
  turns: TurnsOfFleet,
  milliseconds: number,
  reason?: Reason,
  speaks = false,
  of = settings,
  schedule?: Pick<Schedule, 'runNow'>,
) {
  const runs: Record<string, number[]> = { poll: [], walk: [], 'slow poll': [] }
  /** To the millisecond. */
  const polled: number[] = []
  const over = new AbortController()
  let last: PollOutcome | undefined
  let skipped = 0
  const state = { reason }
  const pollAgain = () => (schedule ? schedule.runNow(poll) : void poll.run())
  const inTurn = createInTurn(turns, of, over.signal, systemClock, pollAgain)
  const taskOf = (kind: TargetTask['kind']): TargetTask =>
    inTurn.task(
      {
        kind,
        name: kind,
        intervalMilliseconds: of.pollInterval,
        async run() {
          const answer = () => (speaks ? 'OK' : silence)
          void inTurn
            .watched(() => fakeConnection({ answer }))()
            .send([['PING']])
          if (kind === 'poll') polled.push(performance.now())
          runs[kind]?.push(Math.round(performance.now() / 100) / 10)
          await new Promise((resolve) => setTimeout(resolve, milliseconds))
          if (kind === 'poll')
            last = {
              error: state.reason && redisError(state.reason, 'of the test'),
              seconds: milliseconds / 1e3,
            }
        },
        onSkip: (count) => {
          skipped += count
        },
      },
      () => last,
    )
  const poll = taskOf('poll')
  return {
    poll,
    walk: taskOf('walk'),
    slowPoll: taskOf('slow poll'),
    runs,
    polled,
    state,
    stop: () => over.abort(),
    skipped: () => skipped,
  }
}

const turnsOf = (connecting: number, walking: number): TurnsOfFleet => ({
  connecting: createTurns(connecting),
  walking: createTurns(walking),
  random: () => 0.999,
})

/** When the first polls of targets begin that all start now, each taking so long. */
async function firstPolls(most: number, milliseconds: number[], speaks = false) {
  const began = performance.now()
  const turns = turnsOf(most, 2)
  const targets = milliseconds.map((each) => target(turns, each, undefined, speaks))
  for (const { poll } of targets) void poll.run()
  await seconds(120)
  return targets.map(({ runs }) => (runs.poll?.[0] ?? Number.NaN) - began / 1e3)
}

describe('first polls', () => {
  test('begin so many at a time, as fast as they end', async () => {
    expect(await firstPolls(2, [100, 100, 100, 100, 100])).toEqual([0, 0, 0.1, 0.1, 0.2])
  })

  test('wait for no silent target for long: a hundred of them cost one 20 s with 1 at a time', async () => {
    const silent = Array.from({ length: 100 }, () => 10_000)

    const begins = await firstPolls(1, [...silent, 100])
    expect(begins.at(-1)).toBeCloseTo(20, 0)
  })

  test('wait for those that have spoken, which take our time, but for none for ever', async () => {
    expect(await firstPolls(1, [1_000, 1_000, 60_000, 100], true)).toEqual([0, 1, 2, 4])
  })

  test('that wait for their turn are not counted as left out', async () => {
    const turns = turnsOf(1, 2)
    const [busy, waiting] = [target(turns, 150), target(turns, 150)]
    void busy.poll.run()
    void waiting.poll.run()
    waiting.poll.onSkip(1)
    expect(waiting.skipped()).toBe(0)

    await seconds(0.2)
    waiting.poll.onSkip(1)
    expect(waiting.skipped()).toBe(1)
  })

  test('of a target that is gone by then never begin', async () => {
    const turns = turnsOf(1, 2)
    const [busy, gone] = [target(turns, 150), target(turns, 150)]
    void busy.poll.run()
    void gone.poll.run()
    gone.stop()
    await seconds(10)

    expect(gone.runs.poll).toEqual([])
  })
})

describe('polls', () => {
  const placesPolled = async (reason: Reason | undefined) => {
    const one = target(turnsOf(1, 1), 10, reason)
    for (let place = 0; place < 6; place++) {
      void one.poll.run()
      await seconds(15)
    }
    return one.runs.poll?.length
  }

  test.each<[Reason | undefined, number]>([
    [undefined, 6],
    ['auth', 6],
    ['loading', 6],
    // At three places, and soon after the first.
    ['connection', 4],
    ['timeout', 4],
  ])('after %s: %i in the time of 6 places', async (reason, expected) => {
    expect(await placesPolled(reason)).toBe(expected)
  })

  test('that come soon after a lost one come although a place between them is left out', async () => {
    const one = target(turnsOf(1, 1), 10, 'timeout')
    const began = performance.now() / 1e3
    void one.poll.run()
    await seconds(1)
    void one.poll.run()
    await seconds(10)

    expect(one.runs.poll?.map((at) => Math.round(at - began))).toEqual([0, 6])
  })

  test('that lie far apart come sooner where one was lost', async () => {
    const hourly = { ...settings, pollInterval: 3_600_000, pollMaxAge: 10_800_000 }
    const one = target(turnsOf(1, 1), 10, 'timeout', false, hourly)
    const began = performance.now() / 1e3
    void one.poll.run()
    await seconds(30)
    one.state.reason = undefined
    await seconds(600)

    expect(one.runs.poll?.map((at) => Math.round(at - began))).toEqual([0, 6, 19, 44])
  })

  test('of a target that is gone come no more', async () => {
    const hourly = { ...settings, pollInterval: 3_600_000, pollMaxAge: 10_800_000 }
    const one = target(turnsOf(1, 1), 10, 'timeout', false, hourly)
    void one.poll.run()
    await seconds(1)
    one.stop()
    await seconds(60)

    expect(one.runs.poll).toHaveLength(1)
  })
})

describe('when the next poll is', () => {
  /** When it was told to be and when it was, wherever the beat of the schedule falls. */
  async function toldAndPolled(
    reason: Reason | undefined,
    of: typeof settings,
    random: () => number,
    duration: number,
  ) {
    const schedule = startTasks([], undefined, { spreads: true })
    const one = target({ ...turnsOf(1, 1), random }, 10, reason, false, of, schedule)
    schedule.add(one.poll)
    const told: { at: number; next: number | undefined }[] = []
    for (let passed = 0; passed < duration; passed += 0.2) {
      await seconds(0.2)
      const at = performance.now()
      // What comes after a poll follows from how it ends.
      if (at > (one.polled.at(-1) ?? 0) + 20) told.push({ at, next: schedule.due('poll') })
    }
    await seconds(of.pollMaxAge / 1e3)
    schedule.stop()
    return told.map(({ at, next = Number.NaN }) => ({
      told: next / 1e3,
      polled: (one.polled.find((moment) => moment > at) ?? Number.NaN) / 1e3,
    }))
  }

  const hourly = { ...settings, pollInterval: 3_600_000, pollMaxAge: 10_800_000 }
  const patient = { ...settings, pollMaxAge: 600_000 }

  test.each([
    ['of a target that is up', undefined, settings, 60],
    ['of a dead target', 'connection', settings, 120],
    ['of a dead target that is left alone for long', 'connection', patient, 1_200],
    ['of a dead target whose polls lie far apart', 'timeout', hourly, 120],
  ] as const)('is told %s, also in the second before it', async (_of, reason, of, duration) => {
    let lot = 0
    const random = () => {
      lot += 1
      return (lot * 0.618) % 1
    }
    const all = await toldAndPolled(reason, of, random, duration)

    for (const { told, polled } of all) expect(told).toBeCloseTo(polled, 1)
  })
})

describe('walks and slow polls', () => {
  test('wait for the first poll', async () => {
    const one = target(turnsOf(1, 1), 1_000)
    void one.walk.run()
    void one.slowPoll.run()
    await seconds(60)
    expect([one.runs.walk, one.runs['slow poll']]).toEqual([[], []])

    void one.poll.run()
    await seconds(3)
    expect([one.runs.walk?.length, one.runs['slow poll']?.length]).toEqual([1, 1])
  })

  test('begin at once when the target is up for the first time', async () => {
    const one = target(turnsOf(1, 1), 100, 'auth')
    void one.walk.run()
    void one.slowPoll.run()
    void one.poll.run()
    await seconds(1)
    expect([one.runs.walk, one.runs['slow poll']]).toEqual([[], []])

    one.state.reason = undefined
    void one.poll.run()
    await seconds(1)
    expect([one.runs.walk?.length, one.runs['slow poll']?.length]).toEqual([1, 1])
  })

  test('are left out while the target is down, for whatever reason', async () => {
    const one = target(turnsOf(1, 1), 100)
    void one.poll.run()
    await seconds(1)
    one.state.reason = 'auth'
    void one.poll.run()
    await seconds(1)
    void one.walk.run()
    void one.slowPoll.run()
    await seconds(1)
    expect([one.runs.walk, one.runs['slow poll']]).toEqual([[], []])

    one.state.reason = undefined
    void one.poll.run()
    await seconds(1)
    void one.walk.run()
    void one.slowPoll.run()
    await seconds(1)
    expect([one.runs.walk?.length, one.runs['slow poll']?.length]).toEqual([1, 1])
  })

  test('walk so many at a time, in the order in which they were due, and no walk twice before the others', async () => {
    const turns = turnsOf(10, 2)
    const targets = Array.from({ length: 5 }, () => target(turns, 4_000))
    for (const { poll } of targets) void poll.run()
    await seconds(5)
    const began = performance.now() / 1e3
    // The first is due again and again.
    for (const { walk } of targets) void walk.run()
    await seconds(4.1)
    void targets[0]?.walk.run()
    await seconds(60)

    const begins = targets.map(({ runs }) => runs.walk?.map((at) => Math.round(at - began)))
    expect(begins).toEqual([[0, 8], [0], [4], [4], [8]])
  })
})
