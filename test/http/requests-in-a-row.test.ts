import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { longComment } from '../support/long-comment.ts'
import { rawClient } from '../support/raw-client.ts'
import { serveExporter } from '../support/served-exporter.ts'

describe('requests in a row, whose answers nobody reads,', () => {
  const long = longComment()
  const question = 'GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n'

  test('are answered one after the other', async () => {
    await using other = await serveExporter({ own: long })
    using client = await rawClient(other.port)
    client.socket.pause()
    client.write(question.repeat(3))
    await eventually(() => expect(client.socket.bytesRead).toBeGreaterThan(0))
    expect(other.answers).toEqual([])

    client.socket.resume()

    await eventually(() => expect(other.answers).toHaveLength(3), { within: 40_000, every: 200 })
  }, 60_000)

  test('end their connection, and no other, when they are too many', async () => {
    await using other = await serveExporter({ own: long, limits: { waiting: 5 } })
    using some = await rawClient(other.port)
    some.socket.pause()
    some.write(question.repeat(5))
    using more = await rawClient(other.port)
    await eventually(() => expect(some.socket.bytesRead).toBeGreaterThan(0))
    more.write(question.repeat(5))

    await eventually(() => expect(more.ended()).toBeDefined())
    expect(other.closings).toEqual(['pipelining'])
    expect(some.ended()).toBeUndefined()
    // Those that waited on a connection are forgotten with it.
    some.socket.destroy()
    expect((await other.request('/healthz')).status).toBe(200)
  })
})
