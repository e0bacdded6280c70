import { expect, test } from 'vitest'
import type { SentinelFinding } from '../../src/discovery/sentinel-finding.ts'
import {
  createSentinelMembers,
  type SentinelMembers,
} from '../../src/discovery/sentinel-members.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Settings = typeof sentinelSettings

const master = 'name orders ip 10.0.0.9 port 6379 flags master quorum 2'.split(' ')

const idOf: Readonly<Record<string, string>> = {
  s1: 'a',
  '10.0.0.1': 'a',
  s2: 'b',
  '10.0.0.2': 'b',
}
const placeOf: Readonly<Record<string, string>> = { a: '10.0.0.1', b: '10.0.0.2' }

function reply(host: string, [name, subcommand]: Command): Reply {
  const id = idOf[host] ?? ''
  if (name === 'INFO') return 'redis_version:7.0.0\r\nredis_mode:sentinel\r\n'
  if (subcommand === 'MYID') return id
  if (subcommand === 'MASTERS') return [master]
  const peer = id === 'a' ? 'b' : 'a'
  return subcommand === 'SENTINELS'
    ? [['runid', peer, 'ip', placeOf[peer] ?? '', 'port', '26379', 'flags', 'sentinel']]
    : []
}

const seed = (host: string) => wantedTarget(`redis://${host}:26379`, sentinelSettings)

/** The Sentinels s1 and s2, which announce 10.0.0.1 and 10.0.0.2. */
function watched(isDown: (id: string) => boolean, before?: SentinelFinding<Settings>) {
  return createSentinelMembers<Settings>({
    seeds: [seed('s1'), seed('s2')],
    before,
    connect({ endpoint }) {
      const host = endpoint.kind === 'tcp' ? endpoint.host : ''
      return {
        async open() {
          if (isDown(idOf[host] ?? '')) throw redisError('connection', 'down')
          return 'opened'
        },
        send: (commands) => commands.map(async (command) => reply(host, command)),
        drop: () => undefined,
      }
    },
    subscribe: () => ({ close: () => undefined }),
    maximumAgeMilliseconds: 300_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
}

const sentinelsOf = (source: SentinelMembers<Settings>) =>
  source.wanted().flatMap(({ address }) => (address.endsWith(':26379') ? address : []))

const answering = (source: SentinelMembers<Settings>) => [
  ...(source.deployments()[0]?.masters[0]?.agreement.keys() ?? []),
]

const both = ['redis://s1:26379', 'redis://s2:26379']

test('a Sentinel that was found by its address before it was heard by its name is there once', async () => {
  let down = 'a'
  const source = watched((id) => id === down)
  try {
    await eventually(() => expect(sentinelsOf(source)).toContain('redis://10.0.0.1:26379'))
    down = ''
    source.refresh()
    await eventually(() => expect(answering(source).length).toBeGreaterThan(1))

    expect(answering(source)).toEqual(both)
    expect(sentinelsOf(source)).toEqual(both)
  } finally {
    source.stop()
  }
})

test('a Sentinel that is down when others are configured is still known by its id', async () => {
  const before = watched(() => false)
  await eventually(() => expect(answering(before)).toEqual(both))
  before.stop()
  const source = watched((id) => id === 'a', before.finding())
  try {
    await eventually(() => expect(answering(source)).toEqual(['redis://s2:26379']))

    expect(sentinelsOf(source)).toEqual(both)
  } finally {
    source.stop()
  }
})
