import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSentinelMembers } from '../../src/discovery/sentinel-members.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const master = [
  'name',
  'orders',
  'ip',
  '10.0.0.1',
  'port',
  '6379',
  'flags',
  'master',
  'quorum',
  '2',
]

const peerOf: Readonly<Record<string, string>> = { s1: 's2', s2: 's1' }

function reply(host: string, [name, subcommand]: Command): Reply {
  if (name === 'INFO') return 'redis_version:7.0.0\r\nredis_mode:sentinel\r\n'
  if (subcommand === 'MYID') return host
  if (subcommand === 'MASTERS') return [master]
  const peer = peerOf[host] ?? ''
  return subcommand === 'SENTINELS'
    ? [['runid', peer, 'ip', peer, 'port', '26379', 'flags', 'sentinel']]
    : []
}

/** The Sentinels s1, which answers at once, and s2, which always takes longer than anybody waits. */
test('a Sentinel that is slow counts all the same, and is not asked without end', async () => {
  const asked: Record<string, number> = { s1: 0, s2: 0 }
  const source = createSentinelMembers({
    seeds: [wantedTarget('redis://s1:26379', { ...sentinelSettings, pollInterval: 3_600_000 })],
    connect({ endpoint }) {
      const host = endpoint.kind === 'tcp' ? endpoint.host : ''
      let isOpen = false
      return {
        async open() {
          if (isOpen) return 'kept'
          isOpen = true
          return 'opened'
        },
        send: (commands) =>
          commands.map(async (command) => {
            if (command[1] === 'MASTERS') asked[host] = (asked[host] ?? 0) + 1
            if (host === 's2') await delay(300)
            return reply(host, command)
          }),
        drop: () => undefined,
      }
    },
    subscribe: () => ({ close: () => undefined }),
    maximumAgeMilliseconds: 300_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
  const agreement = () => source.deployments()[0]?.masters[0]?.agreement
  try {
    await eventually(() => expect(agreement()?.size).toBe(2), { within: 20_000 })
    const before = asked.s1 ?? 0
    await delay(2_500)

    expect((asked.s1 ?? 0) - before).toBeLessThanOrEqual(1)
    expect(agreement()?.size).toBe(2)
  } finally {
    source.stop()
  }
})
