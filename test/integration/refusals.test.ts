import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { betrayal, password } from '../support/betrayal.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import { type LoggedTarget, loggedTarget } from '../support/logged-target.ts'
import { refuses, sendsGarbage } from '../support/peer-behaviours.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

interface Refusal {
  readonly server: string
  readonly reason: string
  readonly message: string
  /** Brings the server about; the address leads there with the password above, or without one. */
  readonly start: () => Promise<{ readonly port: number } & AsyncDisposable>
  readonly login?: string
}

const withPassword = `:${password}@`

const refusals: readonly Refusal[] = [
  {
    server: 'whose password is another one',
    reason: 'auth',
    message: 'wrong user name or password (WRONGPASS)',
    start: () => startRedis({ password: 'another' }),
    login: withPassword,
  },
  {
    server: 'that knows no such user',
    reason: 'auth',
    message: 'wrong user name or password (WRONGPASS)',
    start: () => startRedis(),
    login: `nobody${withPassword}`,
  },
  {
    server: 'that asks for a password when none was given',
    reason: 'auth',
    message: 'the server asks for a password (NOAUTH)',
    start: () => startRedis({ password }),
  },
  {
    server: 'that does not let the user run INFO',
    reason: 'noperm',
    message: 'the user may not run the command (NOPERM)',
    start: () => startRedis({ args: ['--user', 'watcher', 'on', `>${password}`, '+config|get'] }),
    login: `watcher${withPassword}`,
  },
  {
    server: 'whose INFO was renamed',
    reason: 'unknown_command',
    message: 'the server does not know the command, or only by another name',
    start: () => startRedis({ args: ['--rename-command', 'INFO', 'HIDDEN'] }),
  },
  {
    server: 'that runs a script and does not stop',
    reason: 'busy',
    message: 'the server is busy running a script (BUSY)',
    start: startBusyRedis,
  },
  {
    server: 'that has no room for another client',
    reason: 'connection',
    message: 'the server has no room for another client (maxclients)',
    start: startFullRedis,
  },
  {
    server: 'that is loading its data',
    reason: 'loading',
    message: 'the server is loading its data (LOADING)',
    start: () => startPeer(refuses('LOADING Redis is loading the dataset in memory')),
  },
  {
    server: 'that has lost its master',
    reason: 'masterdown',
    message: 'the link to the master is down (MASTERDOWN)',
    start: () => startPeer(refuses('MASTERDOWN Link with MASTER is down')),
  },
  {
    server: 'that is protected from clients without a password',
    reason: 'auth',
    message: 'the server refuses clients without a password (DENIED)',
    start: () => startPeer(refuses('DENIED Redis is running in protected mode')),
  },
  {
    server: 'that refuses in words of its own',
    reason: 'other',
    message: 'the server answered with an error (WAT)',
    start: () => startPeer(refuses(`WAT not allowed, said to ${password}`)),
  },
  {
    server: 'that is a web server',
    reason: 'protocol',
    message: 'the answer is not the Redis protocol',
    start: () => startPeer(sendsGarbage),
  },
]

for (const { server, reason, message, start, login = '' } of refusals) {
  describe(`a server ${server}`, () => {
    let redis: Awaited<ReturnType<typeof start>>
    let target: LoggedTarget
    let body: string

    beforeAll(async () => {
      redis = await start()
      target = loggedTarget(`redis://${login}127.0.0.1:${redis.port}`)
      body = snapshotBytes(await target.poll(5)).toString()
    })

    afterAll(async () => {
      target?.[Symbol.dispose]()
      await redis?.[Symbol.asyncDispose]()
    })

    it(`is down: ${reason}`, () => {
      expect(body).toContain('\nredis_up 0\n')
      expect(body).toContain(`redis_exporter_last_scrape_error{err="${reason}: ${message}"} 1`)
    })

    it('has no families of its own, and a body without fault', () => {
      expect(body.match(/^# TYPE \S+/gm)).toEqual([
        '# TYPE redis_exporter_last_scrape_connect_time_seconds',
        '# TYPE redis_exporter_last_scrape_duration_seconds',
        '# TYPE redis_exporter_last_scrape_error',
        '# TYPE redis_exporter_snapshot_timestamp_seconds',
        '# TYPE redis_up',
      ])
      expect(checkExposition(body)).toEqual([])
    })

    it('takes one line of the log, however often it is polled', () => {
      expect(target.lines()).toMatchObject([{ level: 'warn', reason, msg: `down: ${message}` }])
    })

    it('betrays no password', async () => {
      expect(body).not.toMatch(betrayal)
      expect(target.log()).not.toMatch(betrayal)
      expect(await target.ownMetrics()).not.toMatch(betrayal)
    })
  })
}

it('a server that was busy is up at the first poll after its script was ended', async () => {
  await using redis = await startBusyRedis()
  using target = loggedTarget(redis.url)
  await target.poll()

  await redis.client().script('KILL')
  await eventually(async () => expect((await target.poll()).error).toBeUndefined())

  expect(target.lines().map(({ msg }) => msg)).toEqual([
    'down: the server is busy running a script (BUSY)',
    'up again',
  ])
})

async function startBusyRedis(): Promise<RedisServer> {
  const redis = await startRedis({ args: ['--lua-time-limit', '10'] })
  redis
    .client()
    .eval('while true do end', 0)
    .catch(() => {})
  const other = redis.client()
  await eventually(async () => await expect(other.ping()).rejects.toThrow('BUSY'))
  return redis
}

async function startFullRedis(): Promise<RedisServer> {
  const redis = await startRedis({ args: ['--maxclients', '1'] })
  await redis.client().ping()
  return redis
}
