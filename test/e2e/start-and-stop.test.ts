import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

// It is to take 5 s at most; a busy machine takes its share.
const stopWithin = 15_000

describe.concurrent('the first poll', () => {
  it('is made at once, however long the interval', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1h' },
    })

    await ready(exporter)

    expect((await exporter.get('/metrics')).body).toContain('\nredis_up 1\n')
  })

  it('makes /ready 200 when it has ended, and 503 until then; /healthz is 200 all the time', async () => {
    await using redis = await startRedis()
    await redis.pause()
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1m', POLL_TIMEOUT: '1m' },
    })

    const waiting = await exporter.get('/ready')
    expect(waiting.status).toBe(503)
    expect(JSON.parse(waiting.body)).toMatchObject({ status: 'waiting for the first poll' })
    expect((await exporter.get('/healthz')).status).toBe(200)

    redis.resume()
    await ready(exporter)
    expect((await exporter.get('/healthz')).status).toBe(200)
  })

  it('of a Redis that is dead from the start leaves the exporter ready and alive, with redis_up 0', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await using exporter = await startExporter({ env: { REDIS_URL: url, POLL_INTERVAL: '1' } })

    await ready(exporter)

    expect((await exporter.get('/healthz')).status).toBe(200)
    expect((await exporter.get('/metrics')).body).toContain('\nredis_up 0\n')
    expect(JSON.parse((await exporter.get('/ready')).body)).toMatchObject({
      targets: [{ target: url, state: 'down', reason: 'connection: no connection (ECONNREFUSED)' }],
    })
  })
})

describe.concurrent.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends the exporter with exit code 0', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })

    expect(await endBy(signal, exporter)).toBe(0)
    expect(exporter.logs()).toContain(signal)
  })

  it('ends it in time while a poll hangs and a client does not read', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { ...long(redis), POLL_INTERVAL: '1', POLL_TIMEOUT: '1h', POLL_MAX_AGE: '1h' },
    })
    await ready(exporter)
    await redis.pause()
    await eventually(async () => {
      expect((await exporter.get('/metrics')).body).toMatch(/_exporter_poll_skipped_total [1-9]/)
    })
    using _client = await clientThatDoesNotRead(exporter)

    expect(await endBy(signal, exporter)).toBe(0)
  })

  it('sent twice ends it at once', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: long(redis) })
    using _client = await clientThatDoesNotRead(exporter)
    exporter.signal(signal)
    await exporter.waitForLog('stopping')

    expect(await endBy(signal, exporter)).toBe(1)
    expect(exporter.logs()).not.toContain('stopped')
  })
})

describe.concurrent('an exporter that was told to stop', () => {
  it('brings the response under way to its end', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: long(redis) })
    using client = await clientThatDoesNotRead(exporter)

    exporter.signal('SIGTERM')
    await exporter.waitForLog('stopping')
    const [head = '', body = ''] = (await client.readAll()).split('\r\n\r\n')

    expect(Buffer.byteLength(body)).toBe(Number(/content-length: (\d+)/i.exec(head)?.[1]))
    const { code } = await exporter.exited
    expect(code).toBe(0)
  })

  it('takes no new connection', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: long(redis) })
    using _client = await clientThatDoesNotRead(exporter)

    exporter.signal('SIGTERM')
    await exporter.waitForLog('stopping')

    await eventually(async () => {
      await expect(exporter.get('/healthz')).rejects.toThrow('ECONNREFUSED')
    })
  })

  it('makes no further poll', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { ...long(redis), POLL_INTERVAL: '1' },
    })
    using _client = await clientThatDoesNotRead(exporter)

    exporter.signal('SIGTERM')
    await exporter.waitForLog('stopping')
    const polls = async () => (await redis.info('commandstats'))['cmdstat_slowlog|len']
    const before = await polls()
    await exporter.exited

    expect(before).toContain('calls=')
    expect(await polls()).toBe(before)
  })
})

async function ready(exporter: Exporter): Promise<void> {
  await eventually(async () => expect((await exporter.get('/ready')).status).toBe(200))
}

async function endBy(signal: NodeJS.Signals, exporter: Exporter) {
  exporter.signal(signal)
  const patience = delay(stopWithin, { code: 'still running' }, { ref: false })
  const { code } = await Promise.race([exporter.exited, patience])
  return code
}

/** Metrics with names so long that their text is larger than what the kernel buffers. */
function long(redis: RedisServer): Readonly<Record<string, string>> {
  return { REDIS_URL: redis.url, NAMESPACE: 'x'.repeat(20_000) }
}

interface SlowClient extends Disposable {
  /** Reads all, until the exporter closes the connection. */
  readAll(): Promise<string>
}

/** Asks for the metrics of a server that is up, and reads nothing of the answer. */
async function clientThatDoesNotRead(exporter: Exporter): Promise<SlowClient> {
  await ready(exporter)
  const socket = connect(exporter.port, '127.0.0.1').on('error', () => {})
  socket.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await eventually(() => expect(socket.bytesRead).toBeGreaterThan(0))
  return {
    readAll: async () => Buffer.concat(await socket.toArray()).toString(),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
