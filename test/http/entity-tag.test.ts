import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downResult, upResult } from '../support/poll-results.ts'
import { maximumAge, type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter()
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

async function etag(): Promise<string> {
  return (await exporter.request('/metrics')).headers.etag ?? ''
}

describe('the entity tag', () => {
  test('is weak, for the same snapshot travels plain and compressed', async () => {
    expect(await etag()).toMatch(/^W\/"[\w-]+"$/)
  })

  test('stays while the snapshot stays', async () => {
    expect(await etag()).toBe(await etag())
  })

  test('changes with each poll', async () => {
    const before = await etag()
    await exporter.poll(upResult())

    expect(await etag()).not.toBe(before)
  })

  test('changes when the snapshot becomes too old', async () => {
    const before = await etag()
    exporter.clock.advance(maximumAge + 1)

    expect(await etag()).not.toBe(before)
  })

  test('is not that of another process with as many polls', async () => {
    await using other = await serveExporter()
    await other.poll(upResult())

    expect((await other.request('/metrics')).headers.etag).not.toBe(await etag())
  })

  test.each<[sent: string, make: (tag: string) => string]>([
    ['the tag', (tag) => tag],
    ['the tag without its mark of weakness', (tag) => tag.replace('W/', '')],
    ['the tag in a list', (tag) => `"other", ${tag} , W/"another"`],
    ['a star', () => '*'],
    ['a star between blanks', () => ' * '],
  ])('that matches %s gives 304 and no body', async (_sent, make) => {
    const tag = await etag()
    const response = await exporter.request('/metrics', {
      headers: { 'If-None-Match': make(tag), 'Accept-Encoding': 'gzip' },
    })

    expect(response).toMatchObject({ status: 304, bytes: Buffer.alloc(0) })
    expect(response.headers).toMatchObject({ etag: tag, vary: 'Accept-Encoding' })
  })

  test.each<[sent: string, make: (tag: string) => string]>([
    ['another tag', () => 'W/"other"'],
    ['a part of the tag', (tag) => tag.slice(0, -2).concat('"')],
    ['nothing', () => ''],
  ])('that does not match %s gives the body', async (_sent, make) => {
    const headers = { 'If-None-Match': make(await etag()) }

    expect((await exporter.request('/metrics', { headers })).status).toBe(200)
  })

  test('of an old snapshot gives the new one', async () => {
    const headers = { 'If-None-Match': await etag() }
    await exporter.poll(downResult())

    const { status, body } = await exporter.request('/metrics', { headers })

    expect(status).toBe(200)
    expect(body).toContain('redis_up 0\n')
  })
})
