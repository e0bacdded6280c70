import { expect, test } from 'vitest'
import { configMetrics } from '../../src/collectors/config-metrics.ts'
import { collected } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

test('each parameter is a label, and a value as well where it is a number', async () => {
  const replies = () => ['maxmemory', '536870912', 'save', '3600 1 300 100', 'appendonly', 'no']

  expect(await collected(configMetrics, { replies })).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="maxmemory",value="536870912"} 1
    redis_config_key_value{key="save",value="3600 1 300 100"} 1
    redis_config_key_value{key="appendonly",value="no"} 1
    # TYPE redis_config_value gauge
    redis_config_value{key="maxmemory"} 536870912
  `)
})

test('an empty parameter is an empty label', async () => {
  expect(await collected(configMetrics, { replies: () => ['unixsocket', ''] })).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="unixsocket",value=""} 1
  `)
})

test('a password is told when redaction is switched off, as in the Go exporter', async () => {
  const server = {
    replies: { 'CONFIG GET *': ['requirepass', '4711'] },
    settings: { redactConfigMetrics: false },
  }

  expect(await collected(configMetrics, server)).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="requirepass",value="4711"} 1
    # TYPE redis_config_value gauge
    redis_config_value{key="requirepass"} 4711
  `)
})
