import { expect, test } from 'vitest'
import { system } from '../../../src/collectors/server/system.ts'
import { collected } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

test('the memory of the machine', async () => {
  const info = '# Memory\r\nused_memory:1\r\ntotal_system_memory:8589934592\r\n'

  expect(await collected(system, { info })).toBe(unindented`
    # TYPE redis_total_system_memory_bytes gauge
    redis_total_system_memory_bytes 8589934592
  `)
})
