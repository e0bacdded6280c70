import { expect, test } from 'vitest'
import { sentinelConfig } from '../../../src/collectors/sentinel/sentinel-config.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const replies = recordedAnswer('sentinel-7.0.15')

test('the parameters of Redis 7.0, without the user and the password', async () => {
  expect(await collected(sentinelConfig, { replies })).toBe(unindented`
    # TYPE redis_sentinel_config_key_value gauge
    redis_sentinel_config_key_value{key="resolve-hostnames",value="no"} 1
    redis_sentinel_config_key_value{key="announce-hostnames",value="no"} 1
    redis_sentinel_config_key_value{key="announce-ip",value=""} 1
    redis_sentinel_config_key_value{key="announce-port",value="0"} 1
    # TYPE redis_sentinel_config_value gauge
    redis_sentinel_config_value{key="announce-port"} 0
  `)
})

test('are asked for by name, so that no secret travels', async () => {
  const poll = fakePoll({ replies })
  await sentinelConfig.collect(poll)

  expect(poll.commands.length).toBeGreaterThan(3)
  for (const command of poll.commands) {
    expect(command).toMatch(/^SENTINEL CONFIG GET [a-z]+(-[a-z]+)*$/)
    expect(command).not.toMatch(/user|pass/)
  }
})

test('all of them are read when redaction is off', async () => {
  const poll = fakePoll({ replies, settings: { redactConfigMetrics: false } })
  const samples = await sentinelConfig.collect(poll)

  expect(poll.commands).toEqual(['SENTINEL CONFIG GET *'])
  expect(samples.map(({ labels }) => labels.key)).toContain('sentinel-pass')
})

test.each([
  [true, true],
  [false, false],
])('with include-config-metrics %s: wanted is %s', (includeConfigMetrics, wanted) => {
  const { settings } = fakePoll({ settings: { includeConfigMetrics } })

  expect(sentinelConfig.isWanted?.(settings)).toBe(wanted)
})
