import { describe, expect, test } from 'vitest'
import {
  boundedName,
  followLog,
  type LogEntry,
  type LogFollower,
  type ReadLog,
  readEntries,
} from '../../../src/collectors/commands/log-entries.ts'
import type { Reply } from '../../../src/redis/command.ts'

/** A log as Redis keeps it, the newest entry first. */
function fakeLog(maximum = 128) {
  let nextId = 0
  let entries: LogEntry[] = []
  let wasReset = false
  const counts: number[] = []
  const read: ReadLog = async (count) => {
    counts.push(count)
    return { entries: entries.slice(0, count), wasReset }
  }
  return {
    read,
    /** How many entries were asked for, each time. */
    counts,
    add(count: number) {
      for (let left = count; left > 0; left--)
        entries = [{ id: nextId++, amount: 7, cmd: 'get' }, ...entries].slice(0, maximum)
    },
    reset() {
      entries = []
      wasReset = true
    },
    restart() {
      entries = []
      nextId = 0
      wasReset = false
    },
  }
}

/** The ids of what is new, oldest first, and how many were missed. */
async function look(log: LogFollower, { read }: Pick<ReturnType<typeof fakeLog>, 'read'>) {
  const { entries, missed } = await log.findNew(await read(log.count()), read)
  return { ids: entries.map(({ id }) => id).sort((a, b) => a - b), missed }
}

describe('of a log', () => {
  test('what was there before the first look is not counted, and only its newest is read', async () => {
    const log = fakeLog()
    log.add(5)
    const find = followLog()

    expect(await look(find, log)).toEqual({ ids: [], missed: 0 })
    expect(log.counts).toEqual([1])
  })

  test('what came since the last look is new, once', async () => {
    const log = fakeLog()
    const find = followLog()
    log.add(5)
    await look(find, log)
    log.add(2)

    expect(await look(find, log)).toEqual({ ids: [5, 6], missed: 0 })
    expect(await look(find, log)).toEqual({ ids: [], missed: 0 })
  })

  test('that was empty at first, all is new, and what went before it was read is missed', async () => {
    const log = fakeLog()
    const find = followLog()
    await look(find, log)
    log.add(300)
    const { ids, missed } = await look(find, log)

    expect([ids.length, missed]).toEqual([128, 172])
  })

  test('that was reset before we looked, what it held until then is not missed', async () => {
    const log = fakeLog()
    log.add(40)
    log.reset()
    const find = followLog()
    await look(find, log)
    log.add(2)

    expect(await look(find, log)).toEqual({ ids: [40, 41], missed: 0 })
  })

  test('that is idle, few entries are read each time', async () => {
    const log = fakeLog()
    log.add(128)
    const find = followLog()
    for (let polls = 0; polls < 3; polls++) await look(find, log)

    expect(log.counts).toEqual([1, 16, 16])
  })

  test('more is read when all that was read is new, and so much at once the next time', async () => {
    const log = fakeLog()
    log.add(1)
    const find = followLog()
    await look(find, log)
    log.add(100)
    const { ids, missed } = await look(find, log)
    log.add(100)
    await look(find, log)

    expect([ids.length, missed]).toEqual([100, 0])
    expect(log.counts).toEqual([1, 16, 116, 200])
  })

  test('what went before it was read is missed', async () => {
    const log = fakeLog(128)
    log.add(1)
    const find = followLog()
    await look(find, log)
    log.add(300)
    const { ids, missed } = await look(find, log)

    expect([ids.length, missed]).toEqual([128, 172])
  })

  test('no more than 512 entries are read, and the rest is missed', async () => {
    const log = fakeLog(100_000)
    log.add(1)
    const find = followLog()
    await look(find, log)
    log.add(5000)
    const { ids, missed } = await look(find, log)
    log.add(5000)
    await look(find, log)

    expect([ids.length, missed]).toEqual([512, 4488])
    expect(log.counts).toEqual([1, 16, 512, 512])
  })

  test('what comes while more is read is new too', async () => {
    const log = fakeLog()
    log.add(1)
    const find = followLog()
    await look(find, log)
    log.add(16)
    const read: ReadLog = async (count) => {
      const page = await log.read(count)
      log.add(3)
      return page
    }

    expect((await look(find, { read })).ids).toHaveLength(16)
    expect(await look(find, log)).toMatchObject({ ids: [17, 18, 19], missed: 0 })
  })

  test('that was reset, ids go on, and what the reset took away is missed', async () => {
    const log = fakeLog()
    const find = followLog()
    log.add(5)
    await look(find, log)
    log.add(3)
    log.reset()
    expect(await look(find, log)).toEqual({ ids: [], missed: 0 })
    log.add(2)

    expect(await look(find, log)).toEqual({ ids: [8, 9], missed: 3 })
  })

  test('whose ids begin anew it is another log, which is looked at for the first time', async () => {
    const log = fakeLog()
    const find = followLog()
    log.add(5)
    await look(find, log)
    log.restart()
    log.add(2)

    expect(await look(find, log)).toEqual({ ids: [], missed: 0 })
    log.add(1)
    expect(await look(find, log)).toEqual({ ids: [2], missed: 0 })
  })

  test('that could not be read once, nothing is lost', async () => {
    const log = fakeLog()
    const find = followLog()
    log.add(5)
    await look(find, log)
    log.add(20)
    const failing: ReadLog = async (count) => {
      if (count > 16) throw new Error('lost')
      return await log.read(count)
    }

    await expect(look(find, { read: failing })).rejects.toThrow('lost')
    expect((await look(find, log)).ids).toHaveLength(20)
  })
})

describe('the command of an entry', () => {
  const stats = new Map(['get', 'config|get', 'config|set', 'ft.search'].map(inStats))

  test.each<[Reply, string]>([
    [['GET', 'secret'], 'get'],
    [['get'], 'get'],
    [['CONFIG', 'Set', 'requirepass', 'secret'], 'config|set'],
    [['ft.search', 'index'], 'ft.search'],
    // Its subcommand has not run since the statistics were reset.
    [['CONFIG', 'REWRITE'], 'other'],
    // What somebody calls CONFIG now shall stay out of sight.
    [['b840fc02d524045429941cc15f59e41cb7be6c52', 'get'], 'other'],
    [['get|secret'], 'other'],
    [['', 'get'], 'other'],
    [[], 'other'],
    [null, 'other'],
    ['get', 'other'],
    [[['get']], 'get'],
  ])('%j is named %s', (words, cmd) => {
    expect(readEntries([[1, 1_700_000_000, 25, words, '127.0.0.1:1', '']], stats)).toEqual([
      { id: 1, amount: 25, cmd },
    ])
  })

  test('has no subcommand where commandstats knows none, as in Redis 6', () => {
    const [entry] = readEntries([[1, 0, 25, ['CONFIG', 'GET', 'a']]], new Map([inStats('config')]))

    expect(entry?.cmd).toBe('config')
  })
})

function inStats(name: string): [string, string] {
  return [`cmdstat_${name}`, 'calls=1,usec=1']
}

test.each<[string, Reply]>([
  ['no list', 'none'],
  ['an entry that is no list', [7]],
  ['an entry without an id', [[null, 0, 1, []]]],
  ['an entry with words for numbers', [['1', 0, '1', []]]],
  ['a negative duration', [[1, 0, -1, []]]],
])('%s is a failure', (_form, reply) => {
  expect(() => readEntries(reply, new Map())).toThrow(
    expect.objectContaining({ reason: 'parse' }) as Error,
  )
})

test.each<Reply>([0, -1, 99_999_999_999, null, 'now'])(
  'the time of an entry, by a clock of its own, does not matter: %j',
  (time) => {
    expect(readEntries([[1, time, 25, ['get']]], new Map())).toHaveLength(1)
  },
)

test('a command that has no place any more is counted as other', () => {
  const known = new Map([['get', 1]])

  expect(['get', 'set'].map((cmd) => boundedName(cmd, known, 1))).toEqual(['get', 'other'])
  expect(boundedName('set', known, 2)).toBe('set')
})
