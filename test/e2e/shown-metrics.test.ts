import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
})

afterAll(async () => await redis?.stop())

describe.concurrent('what is served on demand', () => {
  it('every series of the server tells its role, none of the exporter itself does', async () => {
    const families = await served({ REDIS_EXPORTER_APPEND_INSTANCE_ROLE_LABEL: 'true' })
    const labelsOf = (family: string) =>
      families.find(({ name }) => name === family)?.samples[0]?.labels

    expect(labelsOf('redis_memory_used_bytes')).toEqual({ instance_role: 'master' })
    expect(labelsOf('redis_commands_total')).toMatchObject({ instance_role: 'master' })
    expect(labelsOf('redis_up')).toEqual({ instance_role: 'master' })
    expect(labelsOf('redis_exporter_polls_total')).not.toHaveProperty('instance_role')
    expect(labelsOf('redis_exporter_build_info')).not.toHaveProperty('instance_role')
  })

  it.each([
    ['by default', {}, ['process', 'build']],
    ['of Redis only', { REDIS_EXPORTER_REDIS_ONLY_METRICS: 'true' }, []],
    [
      'with the runtime',
      { REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true' },
      ['process', 'nodejs', 'build'],
    ],
    [
      'of Redis only, which wins over the runtime',
      {
        REDIS_EXPORTER_REDIS_ONLY_METRICS: 'true',
        REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true',
      },
      [],
    ],
  ])('%s', async (_case, env, shown) => {
    const families = await served(env)
    const names = families.map(({ name }) => name)

    const beginnings = { process: 'process_', nodejs: 'nodejs_', build: 'redis_exporter_build_' }
    const found = Object.entries(beginnings)
      .filter(([, beginning]) => names.some((name) => name.startsWith(beginning)))
      .map(([key]) => key)
    expect(found).toEqual(shown)
    expect(names).toContain('redis_up')
  })

  async function served(env: Readonly<Record<string, string>>) {
    await using exporter = await startExporter({ env: { REDIS_URL: redis.url, ...env } })
    return await eventually(async () => {
      const families = await exporter.metrics()
      expect(families.map(({ name }) => name)).toContain('redis_up')
      return families
    })
  }
})
