import { expect, test } from 'vitest'
import { createConfigMetrics } from '../../../src/collectors/server/config-metrics.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

test('each parameter is a label, and a value as well where it is a number', async () => {
  const replies = () => ['maxmemory', '536870912', 'save', '3600 1 300 100', 'appendonly', 'no']

  expect(await collected(createConfigMetrics(), { replies })).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="maxmemory",value="536870912"} 1
    redis_config_key_value{key="save",value="3600 1 300 100"} 1
    redis_config_key_value{key="appendonly",value="no"} 1
    # TYPE redis_config_value gauge
    redis_config_value{key="maxmemory"} 536870912
  `)
})

test('what people write is read as a number in every form of Go', async () => {
  const replies = () => ['dbfilename', '1_000', 'proc-title-template', '0x1p4', 'logfile', '0x10']

  expect(await collected(createConfigMetrics(), { replies })).toContain(unindented`
    redis_config_value{key="dbfilename"} 1000
    redis_config_value{key="proc-title-template"} 16
  `)
})

test('an empty parameter is an empty label', async () => {
  expect(
    await collected(createConfigMetrics(), { replies: () => ['unixsocket', ''] }),
  ).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="unixsocket",value=""} 1
  `)
})

test('a password is told when redaction is switched off, as in the Go exporter', async () => {
  const server = {
    replies: { 'CONFIG GET *': ['requirepass', '4711'] },
    settings: { redactConfigMetrics: false },
  }

  expect(await collected(createConfigMetrics(), server)).toBe(unindented`
    # TYPE redis_config_key_value gauge
    redis_config_key_value{key="requirepass",value="4711"} 1
    # TYPE redis_config_value gauge
    redis_config_value{key="requirepass"} 4711
  `)
})

test('names that were learnt are asked for as they are, in one command, anew for each run', async () => {
  const configMetrics = createConfigMetrics()
  const read = async (runId: string) => {
    const poll = fakePoll({
      info: `# Server\nrun_id:${runId}\n`,
      commands: ['config', 'config|get'],
      replies: ([, , first = '']) =>
        first.includes('*') ? ['hz', '10', 'maxmemory', '0'] : ['hz', '20', 'maxmemory', '0'],
    })
    const samples = await samplesOf(configMetrics, poll)
    return [poll.commands, samples.find(({ labels }) => labels.key === 'hz')?.labels.value]
  }

  expect((await read('a'))[1]).toBe('10')
  expect(await read('a')).toEqual([['CONFIG GET hz maxmemory'], '20'])
  expect(await read('a')).toEqual([['CONFIG GET hz maxmemory'], '20'])
  expect((await read('b'))[1]).toBe('10')
})
