import { readFileSync } from 'node:fs'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { environmentOf } from '../support/container-environment.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const manifest = new URL('../../kubernetes/redis-exporter/deployment.yaml', import.meta.url)
const deployment = parse(readFileSync(manifest, 'utf8')) as IDeployment
const container = deployment.spec?.template.spec?.containers[0]
if (container === undefined) {
  throw new Error(`${manifest} has no container`)
}

// Everything that an address, a shell, a template or Kubernetes itself could take for its own; the
// two words at its ends betray a leak of any part, in whatever way it is escaped.
const password = 'hunter2@/#?%41:$(POLL_INTERVAL)$$"\' tr0ub4dor'
const betrayal = /hunter2|tr0ub4dor/

let redis: RedisServer
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  redis = await startRedis({ password })
  const given = environmentOf(container.env ?? [], {
    secrets: { redis: { 'redis-password': password } },
  })
  // The name redis-master is known to a cluster only, so the server of the test takes its place;
  // nothing else differs from what the Deployment gives.
  const url = given.REDIS_URL?.replace('redis-master:6379', `127.0.0.1:${redis.port}`) ?? ''
  environment = { ...given, REDIS_URL: url }
})

afterAll(async () => await redis?.stop())

describe('the exporter in the environment of the Deployment', () => {
  let exporter: Exporter

  beforeAll(async () => {
    exporter = await startExporter({ env: environment })
    await eventually(async () => expect((await exporter.get('/ready')).status).toBe(200))
  })

  afterAll(async () => await exporter?.stop())

  it('reads the protected Redis', async () => {
    expect((await exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
  })

  it.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)(
    'satisfies the %s',
    async (probe) => {
      const { path = 'no path' } = container[probe]?.httpGet ?? {}
      expect((await exporter.get(path)).status).toBe(200)
    },
  )

  it('tells the password nowhere', async () => {
    for (const path of ['/metrics', '/healthz', '/ready', '/', '/none']) {
      expect((await exporter.get(path)).body).not.toMatch(betrayal)
    }
    expect(exporter.logs()).not.toMatch(betrayal)
  })

  it('keeps its own memory within the request, and all of it within the limit', () => {
    const status = readFileSync(`/proc/${exporter.pid}/status`, 'utf8')
    const used = (row: string) =>
      Number(new RegExp(`^${row}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
    const { requests, limits } = container.resources ?? {}
    expect(used('RssAnon')).toBeLessThan(kilobytes(requests?.memory))
    expect(used('VmHWM')).toBeLessThan(kilobytes(limits?.memory))
  })
})

it('the address alone lets the exporter in, with the password as Kubernetes writes it there', async () => {
  const { REDIS_PASSWORD, ...rest } = environment
  expect(rest.REDIS_URL).toContain(REDIS_PASSWORD)
  await using exporter = await startExporter({ env: rest })
  await eventually(async () => {
    expect((await exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
  })
  expect(exporter.logs()).not.toMatch(betrayal)
})

it.each([
  ['fills in what stands before', 'a $(FIRST) b', 'a 1$(FIRST) b'],
  ['leaves what stands after, or nowhere, as it is', '$(LAST) $(NONE)', '$(LAST) $(NONE)'],
  ['takes two dollars for one that means nothing', '$$(FIRST) $$$(FIRST)', '$(FIRST) $1$(FIRST)'],
  ['leaves dollars without brackets alone', '$FIRST $ $(', '$FIRST $ $('],
])('the interpolation of this test, like that of Kubernetes, %s', (_, value, expected) => {
  const variables = [
    { name: 'FIRST', value: '1$$(FIRST)' },
    { name: 'VALUE', value },
    { name: 'LAST', value: '3' },
  ]
  expect(environmentOf(variables, {}).VALUE).toBe(expected)
})

function kilobytes(quantity: unknown): number {
  return Number(/^(\d+)Mi$/.exec(`${quantity}`)?.[1]) * 1024
}
