import { setTimeout as delay } from 'node:timers/promises'
import type { Command, Reply } from '../../src/redis/command.ts'
import type { Connection } from '../../src/redis/connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'

/** A Sentinel, called by its host, which is its run and its id too. A test changes it while it is asked. */
export interface FakeSentinel {
  /** In place of its host. */
  id?: string
  /** The run of it, in place of its host. */
  run?: string
  isDown?: boolean
  /** Before each reply. */
  delayMilliseconds?: number
  /** How often it was asked for its masters. */
  asked?: number
  /** The masters that it watches, by their names. */
  masters: Readonly<Record<string, FakeMaster>>
}

export interface FakeMaster {
  readonly host: string
  readonly epoch?: number
  readonly replicas?: readonly string[]
  /** The other Sentinels that watch it. */
  readonly sentinels?: readonly string[]
}

/** Makes connections to Sentinels by their hosts. */
export function fakeSentinels(sentinels: Readonly<Record<string, FakeSentinel>>) {
  return ({ endpoint }: Pick<WantedTarget<unknown>, 'endpoint'>): Connection => {
    const host = endpoint.kind === 'tcp' ? endpoint.host : ''
    let state: 'opened' | 'kept' = 'opened'
    const assertUp = () => {
      const sentinel = sentinels[host]
      if (!sentinel || sentinel.isDown) throw redisError('connection', 'gone')
    }
    return {
      async open() {
        assertUp()
        const was = state
        state = 'kept'
        return was
      },
      send: (commands) =>
        commands.map(async (command) => {
          const sentinel = sentinels[host]
          const { delayMilliseconds = 0, masters = {} } = sentinel ?? {}
          if (sentinel && command[1] === 'MASTERS') sentinel.asked = (sentinel.asked ?? 0) + 1
          if (delayMilliseconds > 0) await delay(delayMilliseconds)
          assertUp()
          return reply(host, masters, command, sentinels)
        }),
      drop() {
        state = 'opened'
      },
    }
  }
}

function reply(
  host: string,
  masters: FakeSentinel['masters'],
  [command, subcommand, name = '']: Command,
  all: Readonly<Record<string, FakeSentinel>>,
): Reply {
  if (command === 'INFO')
    return `redis_version:7.0.0\r\nredis_mode:sentinel\r\nrun_id:${all[host]?.run ?? host}\r\n`
  const idOf = (one: string) => all[one]?.id ?? one
  if (subcommand === 'MYID') return idOf(host)
  if (subcommand === 'MASTERS')
    return Object.entries(masters).map(([called, { host: ip, epoch = 0 }]) => [
      ...['name', called, 'ip', ip, 'port', '6379', 'flags', 'master'],
      ...['quorum', '1', 'config-epoch', `${epoch}`],
    ])
  const { replicas = [], sentinels = [] } = masters[`${name}`] ?? {}
  if (subcommand === 'REPLICAS')
    return replicas.map((ip) => [
      ...['name', ip, 'ip', ip, 'port', '6379', 'flags', 'slave', 'runid', ip],
    ])
  if (subcommand === 'SENTINELS')
    return sentinels.map((ip) => [
      ...['name', ip, 'ip', ip, 'port', '26379', 'flags', 'sentinel', 'runid', idOf(ip)],
    ])
  return 'OK'
}
