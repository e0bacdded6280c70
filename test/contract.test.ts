import { describe, expect, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import type { Collector } from '../src/collectors/collector.ts'
import { encode } from '../src/metrics/encode.ts'
import type { Metric } from '../src/metrics/metric.ts'
import { pollSamples } from '../src/metrics/poll-metrics.ts'
import { wantedCollectors } from '../src/options/switches.ts'
import { runCollector } from '../src/poller/run-collector.ts'
import { type Command, commandName, type Reply } from '../src/redis/command.ts'
import { createDatabaseReader } from '../src/redis/database-reader.ts'
import { parseInfo } from '../src/redis/info.ts'
import { fromErrorReply, isRedisError, type RedisError } from '../src/redis/redis-error.ts'
import { createRoundTrips } from '../src/redis/round-trips.ts'
import { serverInfo } from '../src/redis/server-info.ts'
import { undeclared } from './support/declared.ts'
import { defaultSettings } from './support/default-settings.ts'
import { everythingWanted } from './support/everything-wanted.ts'
import { checkExposition } from './support/exposition.ts'
import { type FakeServer, fakePoll } from './support/fake-poll.ts'
import {
  fileReply,
  readFixture,
  recordedAnswer,
  recordedInfo,
  recordedInfos,
  remembered,
} from './support/fixtures.ts'
import { matchesGlob } from './support/redis-glob.ts'
import { collectors } from './support/registry.ts'

const settings = everythingWanted

/** The server that a recorded INFO came from. */
function recorded(path: string): FakeServer {
  return { info: recordedInfo(path), replies: recordedAnswer(path.replace(/\/.*/, '')), settings }
}

/** Runs collectors as a poll does, without asking whether they apply. */
function runAll(server: FakeServer, those: readonly Collector[] = collectors) {
  return Promise.all(those.map((one) => runCollector(one, fakePoll(server), systemClock)))
}

/** What all collectors make of a recorded server, found out once. */
const ofRecorded = remembered((path: string) => runAll(recorded(path)))

/** A server with every command that a collector reads, of whatever kind it is. */
function answerAll(command: Command): Reply {
  if (command[1] === 'SLOT-STATS') return []
  if (command[0] === 'COMMANDLOG') return command[1] === 'LEN' ? 1 : []
  if (command[0] === 'HOTKEYS') return null
  const folder = command[0] === 'SENTINEL' ? 'sentinel-7.0.15' : 'redis-7.0.15'
  const reply = ofOtherKinds[command[0]] ?? recordedAnswer(folder)(command)
  if (isRedisError(reply)) throw reply
  return reply
}

const ofOtherKinds: Readonly<Record<string, Reply | RedisError>> = {
  SERVER: ['num_points', '7'],
  'FT._LIST': ['products'],
  'FT.INFO': fileReply('search-8/ft-info.json'),
  // So that scripts are loaded each time.
  EVALSHA: fromErrorReply('NOSCRIPT No matching script.'),
}

const secrets = [
  ...['masterauth', 'primaryauth', 'requirepass', 'tls-key-file-pass', 'tls-client-key-file-pass'],
  'search-oss-global-password',
]

/** All that a collector sends beside INFO, to all recorded servers; found out once. */
const everythingSent = remembered(async (collector: Collector): Promise<readonly Command[]> => {
  // What is sent depends on the server and on what it knows, and once on a setting.
  const servers: readonly FakeServer[] = [
    { settings },
    { settings, commands: [] },
    { settings: { ...settings, scriptReadOnly: false } },
  ]
  const node = readFixture('redis-7.0.15/info-cluster-node.txt')
  const replica = parseInfo(node.replace('role:master', 'role:slave'))
  const infos = [...recordedInfos.map(recordedInfo), replica]
  const polls = infos.flatMap((info) =>
    servers.map((one) => fakePoll({ info, replies: answerAll, ...one })),
  )
  await Promise.all(polls.map((poll) => collector.collect(poll).catch(throwUnlessOfServer)))
  return polls
    .flatMap(({ commands }) => commands)
    .map((text) => {
      const [name = '', ...rest] = text.split(' ')
      return [name, ...rest]
    })
})

function throwUnlessOfServer(error: unknown): void {
  if (!isRedisError(error)) throw error
}

/** The collectors that nobody has to ask for. */
const always = wantedCollectors(collectors, defaultSettings)

const refuseAll = () => fromErrorReply('NOPERM this user has no permissions')

describe('every collector', () => {
  test('has a name of its own', () => {
    const names = collectors.map(({ name }) => name)

    expect([...new Set(names)]).toEqual(names)
  })

  test.each(collectors)('$name: its name is in kebab case, for flags and labels', ({ name }) => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  })

  test.each(collectors)('$name: its help goes on after "Collect", on one line', ({ help }) => {
    expect(help).toMatch(/^\S.{10,}[^.\s]$/)
  })

  test.each(collectors)('$name: an empty INFO is no failure', async (collector) => {
    const [result] = await runAll({ info: '', replies: answerAll, settings }, [collector])

    expect(result?.error).toBeUndefined()
    expect(result?.rejected).toEqual([])
  })

  describe.each([
    'redis-7.0.15/info-all.txt',
    'redis-7.0.15/info-cluster-node.txt',
    'sentinel-7.0.15/info-all.txt',
  ])('with %s', (path) => {
    const info = readFixture(path)
    const server = serverInfo(parseInfo(info), undefined)
    const applying = always.filter(({ appliesTo }) => appliesTo?.(server) ?? true)

    test.each(applying)('$name: asks for all that it needs at once', async (collector) => {
      const trips = createRoundTrips({
        send: (commands) =>
          commands.map(async (command) => (command[0] === 'INFO' ? info : answerAll(command))),
      })
      const databases = createDatabaseReader()
      const poll = {
        ...fakePoll({ info, settings }),
        info: async () => parseInfo(String(await trips.read(['INFO']))),
        read: (...command: Command) => trips.read(command),
        readIn: (database: number, commands: readonly Command[]) =>
          databases.read(trips, new Map(), database, commands),
      }
      const { error } = await runCollector(collector, poll, systemClock)

      expect(error).toBeUndefined()
      expect(trips.count()).toBe(1)
    })
  })

  // So that a secret such as masterauth never travels, whatever a server holds.
  test.each(collectors)('$name: asks CONFIG for nothing that a secret matches', async (one) => {
    const asked = (await everythingSent(one)).filter(([name]) => name === 'CONFIG')
    const parameters = [...new Set(asked.flatMap((command) => command.slice(2)))]
    const isSecret = (parameter: string) => secrets.some((secret) => matchesGlob(parameter, secret))

    expect(parameters.filter(isSecret)).toEqual([])
  })

  // What --acl grants follows from what is declared.
  test.each(collectors)('$name: sends the commands that it declares and no other', async (one) => {
    const sent = (await everythingSent(one)).map(commandName)

    expect(new Set(sent)).toEqual(new Set(one.commands))
  })

  test.each(collectors)('$name: says of its own commands which servers have them', (one) => {
    const newer = Object.keys(one.newerCommands ?? {})

    expect(newer.filter((command) => !one.commands?.includes(command))).toEqual([])
  })

  describe.each(recordedInfos)('with %s', (path) => {
    test.each(collectors)('$name: gives only what it declares', async (collector) => {
      const results = await ofRecorded(path)
      const { samples = [] } = results.find(({ name }) => name === collector.name) ?? {}

      expect(samples.flatMap((sample) => undeclared(collector.metrics, sample))).toEqual([])
    })
  })
})

test('what a recorded server gives is not said to be known from documentation alone', async () => {
  const given = new Set<Metric>()
  for (const path of recordedInfos)
    for (const { samples } of await ofRecorded(path))
      for (const { metric } of samples) given.add(metric)

  expect(
    [...given].filter(({ tested }) => tested === 'documented').map(({ name }) => name),
  ).toEqual([])
})

describe('every recorded server', () => {
  test.each(recordedInfos)('%s: its body is sound', async (path) => {
    const results = await ofRecorded(path)
    const figures = { failure: undefined, seconds: 0.1, connectSeconds: 0, unixSeconds: 1 }
    const samples = results.flatMap((result) => result.samples)
    const body = encode('redis', [...samples, ...pollSamples({ ...figures, collectors: results })])

    expect(body.series).toBeGreaterThan(80)
    expect(checkExposition(Buffer.from(body.text))).toEqual([])
  })

  test.each(recordedInfos)('%s: no field of a known name is rejected', async (path) => {
    const results = await ofRecorded(path)

    expect(results.flatMap(({ rejected }) => rejected)).toEqual([])
  })

  test.each(recordedInfos)('%s: refused commands cost their own metrics only', async (path) => {
    const refused = await runAll({ ...recorded(path), replies: refuseAll })
    const failed = refused.filter(({ error }) => error !== undefined)
    // A Sentinel has no CONFIG of its own, and is not asked for it.
    const ofServers = ['tile38', 'config', 'config-metrics', 'rdb-file']
    const parts = ['keyspace', 'cluster', 'scripts']
    const others = [...parts, ...(path.includes('sentinel') ? ofServers : [])]
    const senders = collectors.filter(({ commands, name }) => commands && !others.includes(name))

    expect(failed.map(({ name }) => name)).toEqual(senders.map(({ name }) => name))
    expect(failed.flatMap(({ samples }) => samples)).toEqual([])
    // Of these a part fails. Without CONFIG nobody knows how many empty databases there are.
    const names = [...failed.map(({ name }) => name), ...parts]
    const answered = await ofRecorded(path)
    expect(seriesOf(refused, names)).toEqual(seriesOf(answered, names))
  })
})

/** The series of all collectors but some, as text. */
function seriesOf(results: Awaited<ReturnType<typeof runAll>>, without: readonly string[]): string {
  const kept = results.filter(({ name }) => !without.includes(name))
  return encode(
    'redis',
    kept.flatMap(({ samples }) => samples),
  ).text
}
