import { beforeEach, describe, expect, test } from 'vitest'
import type { Collector } from '../../src/collectors/collector.ts'
import { createCollectors } from '../../src/collectors/index.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import { fromErrorReply, isRedisError, type RedisError } from '../../src/redis/redis-error.ts'
import { everythingWanted } from '../support/everything-wanted.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../support/fixtures.ts'

type Answer = (command: Command) => Reply | RedisError

/** A server as it is when it is polled. */
interface Server {
  readonly info: string
  readonly answer: Answer
}

/** A recorded server, with another run_id where one is given. */
function recorded(folder: string, runId?: string): Server {
  const recording = recordedAnswer(folder)
  const info = readFixture(`${folder}/info-everything.txt`)
  const named = runId === undefined ? info : info.replace(/^run_id:.*$/m, `run_id:${runId}`)
  return {
    info: named.replace(/^cluster_enabled:0/m, 'cluster_enabled:1'),
    answer(command) {
      try {
        return recording(command)
      } catch {
        return fromErrorReply('ERR unknown command')
      }
    },
  }
}

const isLog = ([name = '', second = '']: Command) =>
  second === 'GET' && (name === 'SLOWLOG' || name === 'COMMANDLOG')
const isSlots = ([name, second, ...rest]: Command) =>
  name === 'CLUSTER' && second === 'SLOT-STATS' && rest.includes('0')

/** The same run of a server a while later: longer logs, and slots of which each counted more. */
function later(
  server: Server,
  steps: number,
  hasSlot: (slot: number) => boolean = () => true,
): Server {
  return {
    ...server,
    answer(command) {
      // Logs were recorded by one entry.
      const [name, second, count, ...rest] = command
      const isOfLog = isLog(command)
      const reply = server.answer(isOfLog ? [name, `${second}`, '1', ...rest] : command)
      if (!Array.isArray(reply)) return reply
      if (isSlots(command))
        return reply.filter(([slot]) => hasSlot(slot)).map((one) => more(one, steps))
      return isOfLog ? logOf(steps, Number(count)) : reply
    },
  }
}

function more([slot, fields]: [number, Reply[]], steps: number): Reply {
  return [slot, fields.map((one) => (typeof one === 'number' ? one + 100 * steps : one))]
}

function logOf(entries: number, count: number): Reply {
  const entry = (id: number): Reply => [id, 1_700_000_000, 5000, ['PING'], '127.0.0.1:1', '']
  return Array.from({ length: entries }, (_, index) => entry(entries - 1 - index)).slice(0, count)
}

/** All collectors as they are when the exporter starts, or gets a target. */
const freshCollectors = () => createCollectors().collectors

/** The values of all collectors by series; of one that fails, why. */
async function poll(collectors: readonly Collector[], { info, answer }: Server) {
  const values = new Map<string, Sample>()
  const failures: string[] = []
  for (const collector of collectors) {
    const one = fakePoll({ info, replies: answer, settings: everythingWanted })
    if (!(collector.appliesTo?.(one.server) ?? true)) {
      collector.forget?.()
      continue
    }
    const samples = await collector.collect(one).catch((error) => {
      if (!isRedisError(error)) throw error
      failures.push(`${collector.name}: ${error.message}`)
      return []
    })
    for (const sample of samples)
      values.set(sample.metric.name + JSON.stringify(sample.labels), sample)
  }
  return { values, failures }
}

type Polled = Awaited<ReturnType<typeof poll>>

const shown = ({ values, failures }: Polled) => ({
  failures,
  values: [...values].map(([series, { value }]) => [series, value]),
})

/** What rises alone, as numbers. */
function counts({ value, metric: { type } }: Sample): readonly number[] {
  if (typeof value !== 'number') return [value.count, value.sum ?? 0]
  return type === 'counter' ? [value] : []
}

function fallen(before: Polled, after: Polled): readonly string[] {
  return [...after.values].flatMap(([series, sample]) => {
    const earlier = before.values.get(series)
    const now = counts(sample)
    return earlier && counts(earlier).some((one, index) => (now[index] ?? 0) < one) ? [series] : []
  })
}

let collectors: readonly Collector[]

beforeEach(() => {
  collectors = freshCollectors()
})

describe('all collectors', { timeout: 30_000 }, () => {
  const first = recorded('valkey-8-dev', 'first')

  test.each<[string, Server]>([
    ['another run of the server', recorded('valkey-8-dev', 'second')],
    ['a server of another kind', recorded('redis-7.0.15')],
    ['a server of another kind that is newer', recorded('redis-8-dev')],
  ])('tell of %s what they would tell if they had met no other', async (_, other) => {
    const longer = later(other, 7)
    for (const steps of [1, 3]) await poll(collectors, later(first, steps))
    const afterFirst = shown(await poll(collectors, longer))

    expect(afterFirst).toEqual(shown(await poll(freshCollectors(), longer)))
  })

  test.each([
    ['valkey-8-dev', 'redis-7.0.15'],
    ['valkey-9.1.2', 'valkey-9.1.2'],
    ['redis-8.6.3', 'valkey-9.1.2'],
    ['redis-8.6.3', 'redis-6.2.5'],
  ])(
    'tell of a %s that comes back behind a %s what they would tell if it were new',
    async (folder, between) => {
      const one = recorded(folder, 'first')
      for (const steps of [1, 50]) await poll(collectors, later(one, steps))
      await poll(collectors, later(recorded(between, 'between'), 3))
      const again = shown(await poll(collectors, later(one, 50)))

      expect(again).toEqual(shown(await poll(freshCollectors(), later(one, 50))))
    },
  )

  test('let no counter fall while slots move and the role changes', async () => {
    const asReplica = { ...first, info: first.info.replace(/^role:master/m, 'role:slave') }
    const isEven = (slot: number) => slot % 2 === 0
    const steps = [
      later(first, 1),
      later(first, 2),
      later(asReplica, 3, isEven),
      later(first, 4, (slot) => slot > 2),
      later(first, 5),
    ]
    let before = await poll(collectors, later(first, 0))
    for (const step of steps) {
      const after = await poll(collectors, step)
      expect(fallen(before, after)).toEqual([])
      before = after
    }

    const sums = [...before.values.keys()].filter((name) =>
      /^cluster_own_slots_.*_total/.test(name),
    )
    expect(sums).toHaveLength(3)
    expect(before.values.get('slowlog_entries_total{"cmd":"ping"}')?.value).toBe(5)
  })

  test('of one target know nothing of what those of another have seen', async () => {
    const alone = shown(await poll(freshCollectors(), later(first, 50)))
    const [one, other] = [freshCollectors(), freshCollectors()]
    for (const steps of [1, 3]) await poll(one, later(first, steps))

    expect(shown(await poll(other, later(first, 50)))).toEqual(alone)
  })
})
