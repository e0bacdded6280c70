import { describe, expect, test } from 'vitest'
import { tile38 } from '../../../src/collectors/server/tile38.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type Answer, collected, fakePoll } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('a Tile38 server, whose INFO has no section of its own for them', async () => {
  const info = unindented`
    # Server
    tile38_version:1.33.0
    tile38_num_objects:12
    tile38_heap_alloc_bytes:4096
    tile38_read_only:false
    tile38_http_transport:true
  `

  expect(await collected(tile38, { info })).toBe(unindented`
    # TYPE redis_tile38_heap_size_bytes gauge
    redis_tile38_heap_size_bytes 4096
    # TYPE redis_tile38_http_transport gauge
    redis_tile38_http_transport 1
    # TYPE redis_tile38_num_objects_total gauge
    redis_tile38_num_objects_total 12
    # TYPE redis_tile38_read_only gauge
    redis_tile38_read_only 0
  `)
})

test('Redis has none of it', async () => {
  expect(await collected(tile38, { info: readFixture('redis-8-dev/info-everything.txt') })).toBe('')
})

describe('SERVER EXT', () => {
  const settings = { isTile38: true }
  const answering = (reply: Answer) => ({ replies: { 'SERVER EXT': reply }, settings })

  test('is read where asked for, whether its names have the prefix or not', async () => {
    const reply = ['num_points', '7', 'tile38_num_objects', '3', 'read_only', 'false', 'id', 'ab']

    expect(await collected(tile38, answering(reply))).toBe(unindented`
      # TYPE redis_tile38_num_objects_total gauge
      redis_tile38_num_objects_total 3
      # TYPE redis_tile38_num_points_total gauge
      redis_tile38_num_points_total 7
      # TYPE redis_tile38_read_only gauge
      redis_tile38_read_only 0
    `)
  })

  test('may hold numbers as such', async () => {
    expect(await collected(tile38, answering(['go_threads', 9]))).toBe(unindented`
      # TYPE redis_tile38_threads_total gauge
      redis_tile38_threads_total 9
    `)
  })

  test.each(['# tile38', '# Server'])(
    'goes before INFO where both tell a field, in the section "%s"',
    async (section) => {
      const info = `${section}\ntile38_num_points:1\ntile38_num_hooks:2\n`
      const reply = ['num_points', '7', 'tile38_num_points', '8']

      expect(await collected(tile38, { ...answering(reply), info })).toBe(unindented`
        # TYPE redis_tile38_num_hooks_total gauge
        redis_tile38_num_hooks_total 2
        # TYPE redis_tile38_num_points_total gauge
        redis_tile38_num_points_total 8
      `)
    },
  )

  test('that cannot be read as a number is rejected', async () => {
    const poll = fakePoll(answering(['num_points', 'many']))

    expect(await tile38.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual(['tile38_num_points: many'])
  })

  test('is not sent unless asked for', async () => {
    const poll = fakePoll({ info: '' })
    await tile38.collect(poll)

    expect(poll.commands).toEqual([])
  })

  test('is not sent to a server that lacks it', async () => {
    const poll = fakePoll({ settings, commands: ['info'] })
    await tile38.collect(poll)

    expect(poll.commands).toEqual([])
  })

  test.each<[string, Answer]>([
    ['a text', 'OK'],
    ['nil', null],
    ['an error', fromErrorReply('ERR no')],
  ])('that gives %s costs nothing of what INFO tells', async (_form, reply) => {
    const poll = fakePoll({ ...answering(reply), info: '# Tile38\ntile38_num_points:1\n' })

    expect(await tile38.collect(poll)).toHaveLength(1)
    expect(poll.failedParts).toEqual([expect.stringMatching('^SERVER EXT: (parse|other): ')])
  })
})
