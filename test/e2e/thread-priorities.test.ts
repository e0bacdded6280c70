import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

const lowered = (by: number) => Math.min(19, getPriority() + by)

/** The priority of the thread that polls and answers, and those of all others. */
function prioritiesOf({ pid }: Exporter) {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number)
  const others = threads.filter((thread) => thread !== pid)
  return { ours: getPriority(pid), others: others.map((thread) => getPriority(thread)) }
}

describe.concurrent('the priorities of threads', () => {
  it('are as they were where one target is polled', async () => {
    await using exporter = await startExporter({ env: { REDIS_ADDR: redis.url } })
    const { ours, others } = prioritiesOf(exporter)

    expect([...new Set([ours, ...others])]).toEqual([getPriority()])
  })

  it('let those wait that collect garbage and compile where several are polled', async () => {
    const nobody = `redis://127.0.0.1:${await freePort()}`
    await using exporter = await startExporter({ env: { REDIS_ADDR: `${redis.url},${nobody}` } })
    const { ours, others } = prioritiesOf(exporter)

    expect(ours).toBe(getPriority())
    expect(others.filter((one) => one === lowered(10)).length).toBeGreaterThanOrEqual(4)
  })

  it('let others of this machine go first where keys are walked', async () => {
    await using exporter = await startExporter({
      env: { REDIS_ADDR: redis.url, REDIS_EXPORTER_COUNT_KEYS: 'db0=user:*' },
    })
    const { ours, others } = prioritiesOf(exporter)

    expect([...new Set([ours, ...others])]).toEqual([lowered(5)])
  })

  it('do so from when a file of targets names the first one whose keys are walked', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'targets.json')
    const write = (options: object) =>
      writeFile(path, JSON.stringify({ targets: [{ address: redis.url, ...options }] }))
    await write({})
    await using exporter = await startExporter({ env: { REDIS_EXPORTER_TARGETS_FILE: path } })
    const before = prioritiesOf(exporter)
    await write({ 'count-keys': 'db0=user:*' })
    exporter.signal('SIGHUP')
    await eventually(() => expect(prioritiesOf(exporter).ours).toBe(lowered(5)))
    // Another one changes nothing any more.
    await write({ 'count-keys': 'db0=other:*' })
    exporter.signal('SIGHUP')
    await eventually(async () =>
      expect((await exporter.get('/metrics')).body).toContain('key="other:*"'),
    )
    const { ours, others } = prioritiesOf(exporter)

    expect(before.ours).toBe(getPriority())
    expect(ours).toBe(lowered(5))
    expect(others.filter((one) => one === lowered(15)).length).toBeGreaterThanOrEqual(4)
  })
})
