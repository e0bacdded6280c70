import { describe, expect, it } from 'vitest'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { hasCommandlog } from '../support/server-under-test.ts'

const password = 'tr0ub4dor'
// Everything becomes an entry of the slow log, with its arguments.
const recording = ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '1000']

const parameters =
  'CONFIG GET io-threads maxclients maxmemory repl-backlog-size client-output-buffer-limit'

const ofCommandlog = [
  ...['COMMANDLOG LEN slow', 'COMMANDLOG LEN large-request', 'COMMANDLOG LEN large-reply'],
  'CONFIG GET commandlog-execution-slower-than commandlog-slow-execution-max-len commandlog-request-larger-than commandlog-large-request-max-len commandlog-reply-larger-than commandlog-large-reply-max-len',
].filter(() => hasCommandlog)

describe('a server is sent', () => {
  it('these commands on a new connection, and nothing of the client library', async () => {
    await using redis = await startRedis({ args: recording })
    using target = polledTarget(redis.url)

    const sent = await sentDuring(redis, async () => void (await target.poll()))

    expect(sent).toEqual([
      'INFO everything',
      expect.stringMatching(/^COMMAND INFO auth /),
      'CLIENT SETNAME redis_exporter',
      'CONFIG GET databases',
      parameters,
      'SLOWLOG LEN',
      'SLOWLOG GET 1',
      ...ofCommandlog,
      'LATENCY LATEST',
      'LATENCY HISTOGRAM',
    ])
  })

  it('these commands in the steady state', async () => {
    await using redis = await startRedis({ args: recording })
    using target = polledTarget(redis.url)
    await target.poll()

    const sent = await sentDuring(redis, async () => void (await target.poll()))

    const expected = [
      ...['CONFIG GET databases', parameters, 'INFO everything', 'LATENCY HISTOGRAM'],
      ...['LATENCY LATEST', 'SLOWLOG GET 1', 'SLOWLOG LEN', ...ofCommandlog],
    ]
    expect([...sent].sort()).toEqual(expected.sort())
  })

  it('CONFIG GET with names only, never a pattern or the name of a secret', async () => {
    await using redis = await startRedis({
      args: [...recording, '--masterauth', password],
    })
    using target = polledTarget(redis.url)

    const sent = await sentDuring(redis, async () => {
      for (let count = 0; count < 5; count++) {
        await target.poll()
      }
    })

    const asked = sent.filter((command) => command.startsWith('CONFIG'))
    expect(asked).toHaveLength(hasCommandlog ? 15 : 10)
    for (const command of asked) {
      expect(command).toMatch(/^CONFIG GET( [a-z-]+)+$/)
      expect(command).not.toMatch(/masterauth|requirepass|key-file-pass/)
    }
  })
})

it.each([
  [true, 'redis_exporter'],
  [false, ''],
])(
  'CLIENT LIST shows who we are when told so (%s), after each connecting',
  async (setClientName, name) => {
    await using redis = await startRedis()
    using target = polledTarget(redis.url, { setClientName })
    const admin = redis.client()
    const names = async () => {
      await target.poll()
      const list = String(await admin.client('LIST', 'TYPE', 'NORMAL'))
      return [...list.matchAll(/ name=(\S*) .* cmd=(?!client\|list)/g)].map(([, found]) => found)
    }

    expect(await names()).toEqual([name])
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await target.poll()
    expect(await names()).toEqual([name])
  },
)

it('the statistics of a server name no command but those that we may send', async () => {
  await using redis = await startRedis()
  await redis.client().config('RESETSTAT')
  using target = polledTarget(redis.url)

  for (let count = 0; count < 5; count++) {
    await target.poll()
  }

  expect(await calls(redis)).toEqual({
    'cmdstat_command|info': '1',
    'cmdstat_client|setname': '1',
    cmdstat_info: '5',
    'cmdstat_config|get': hasCommandlog ? '15' : '10',
    ...(hasCommandlog ? { 'cmdstat_commandlog|len': '15' } : {}),
    'cmdstat_slowlog|len': '5',
    'cmdstat_slowlog|get': '5',
    'cmdstat_latency|latest': '5',
    'cmdstat_latency|histogram': '5',
    // The test itself.
    'cmdstat_config|resetstat': '1',
  })
})

async function calls(redis: RedisServer): Promise<Readonly<Record<string, string | undefined>>> {
  const stats = Object.entries(await redis.info('commandstats'))
  return Object.fromEntries(stats.map(([name, text]) => [name, /calls=(\d+)/.exec(text)?.[1]]))
}

/** The commands that a server gets while something is done, in their order. */
async function sentDuring(
  redis: RedisServer,
  action: () => Promise<void>,
): Promise<readonly string[]> {
  const admin = redis.client()
  await admin.slowlog('RESET')
  await action()
  const entries = (await admin.slowlog('GET', 1000)) as [number, number, number, string[]][]
  // The newest stands first; the oldest is the reset of the test.
  const commands = entries.map(([, , , words]) => words.join(' ')).reverse()
  return commands.filter((command) => !/^slowlog reset$/i.test(command))
}
