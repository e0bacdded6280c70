import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downResult, upResult } from '../support/poll-results.ts'
import { maximumAge, type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter()
})
afterEach(() => exporter.stop(0))

const sinceStart = '2025-06-01T12:00:00.000Z'

describe('/healthz', () => {
  test('is 200 with what a person wants to know', async () => {
    await exporter.poll(upResult())
    exporter.clock.advance(1_500)

    expect(await exporter.request('/healthz')).toMatchObject({
      status: 200,
      body: `{
  "status": "ok",
  "since": "${sinceStart}",
  "lastTickSecondsAgo": 1.5,
  "targets": [
    {
      "target": "redis://localhost:6379",
      "state": "up",
      "server": "Redis 7.0.15",
      "ageSeconds": 1.5
    }
  ]
}
`,
    })
  })

  test('is 200 before the first poll', async () => {
    expect((await exporter.request('/healthz')).status).toBe(200)
  })

  test('is 503 when no tick came for the maximum age', async () => {
    exporter.clock.advance(maximumAge + 1)

    const { status, body } = await exporter.request('/healthz')

    expect(status).toBe(503)
    expect(JSON.parse(body)).toMatchObject({
      status: 'no tick',
      since: '2025-06-01T12:00:45.000Z',
      lastTickSecondsAgo: 45.001,
    })
  })

  test('is 200 when the schedule ticks, though no poll ever ends', async () => {
    exporter.clock.advance(100 * maximumAge)
    exporter.tick()

    expect((await exporter.request('/healthz')).status).toBe(200)
  })

  test('has another name', async () => {
    const [healthz, health] = [
      await exporter.request('/healthz'),
      await exporter.request('/health'),
    ]

    expect(health).toMatchObject({ status: 200, body: healthz.body })
  })
})

describe('/ready, since when', () => {
  const since = async () => JSON.parse((await exporter.request('/ready')).body).since

  test('is when the first result came, though nobody asked', async () => {
    exporter.clock.advance(2_000)
    await exporter.poll(upResult())
    exporter.clock.advance(7_000)

    expect(await since()).toBe('2025-06-01T12:00:02.000Z')
  })

  test('stays while results come', async () => {
    await exporter.poll(upResult())
    exporter.clock.advance(15_000)
    await exporter.poll(downResult())

    expect(await since()).toBe(sinceStart)
  })

  test('is when the last result became too old', async () => {
    await exporter.poll(upResult())
    exporter.clock.advance(600_000)

    expect(await since()).toBe('2025-06-01T12:00:45.000Z')
  })

  test('is when results came again after they were too old, though nobody asked meanwhile', async () => {
    await exporter.poll(upResult())
    exporter.clock.advance(600_000)
    await exporter.poll(upResult())
    exporter.clock.advance(5_000)

    expect(await since()).toBe('2025-06-01T12:10:00.000Z')
  })
})

describe('/ready', () => {
  test('is 503 before the first poll', async () => {
    const { status, body } = await exporter.request('/ready')

    expect(status).toBe(503)
    expect(JSON.parse(body)).toEqual({
      status: 'waiting for the first poll',
      since: sinceStart,
      lastTickSecondsAgo: 0,
      targets: [{ target: 'redis://localhost:6379', state: 'waiting' }],
    })
  })

  test('is 200 after a poll that reached the server', async () => {
    await exporter.poll(upResult())

    const { status, body } = await exporter.request('/ready')

    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ status: 'ready', targets: [{ state: 'up' }] })
  })

  test('is 200 after a poll that did not, and says why', async () => {
    await exporter.poll(downResult())

    const { status, body } = await exporter.request('/ready')

    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      status: 'ready',
      targets: [{ state: 'down', reason: 'connection: no connection (ECONNREFUSED)' }],
    })
  })

  test('is 503 when the last poll is too long ago', async () => {
    await exporter.poll(upResult())
    exporter.clock.advance(maximumAge + 1)
    exporter.tick()

    const { status, body } = await exporter.request('/ready')

    expect(status).toBe(503)
    expect(JSON.parse(body)).toMatchObject({
      status: 'stale',
      targets: [
        { state: 'stale', reason: 'stale: no poll has ended for 45 s', ageSeconds: 45.001 },
      ],
    })
  })
})

test.each(['/healthz', '/health', '/ready'])('%s is JSON that nobody keeps', async (path) => {
  const { headers, bytes } = await exporter.request(path)

  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(bytes.length),
    'cache-control': 'no-store',
  })
})
