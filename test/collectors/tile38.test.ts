import { expect, test } from 'vitest'
import { tile38 } from '../../src/collectors/tile38.ts'
import { collected } from '../support/fake-poll.ts'
import { readFixture } from '../support/fixtures.ts'
import { unindented } from '../support/unindented.ts'

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
