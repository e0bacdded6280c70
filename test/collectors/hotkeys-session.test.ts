import { expect, test } from 'vitest'
import { hotkeysSession } from '../../src/collectors/hotkeys-session.ts'
import { collected } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

// The source of Redis 8.6 counts the time in milliseconds.
test('the search for hot keys has its own memory and time', async () => {
  const info = unindented`
    # Memory
    used_memory:2100960
    # Hotkeys
    tracking_active:1
    used_memory:512
    cpu_time:1500
  `

  expect(await collected(hotkeysSession, { info })).toBe(unindented`
    # TYPE redis_hotkeys_cpu_seconds_total counter
    redis_hotkeys_cpu_seconds_total 1.5
    # TYPE redis_hotkeys_tracking_active gauge
    redis_hotkeys_tracking_active 1
    # TYPE redis_hotkeys_used_memory_bytes gauge
    redis_hotkeys_used_memory_bytes 512
  `)
})

test('the memory of the server is never taken for that of the search', async () => {
  expect(await collected(hotkeysSession, { info: '# Memory\nused_memory:2100960\n' })).toBe('')
})
