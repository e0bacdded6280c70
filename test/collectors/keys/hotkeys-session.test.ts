import { expect, test } from 'vitest'
import { hotkeysSession } from '../../../src/collectors/keys/hotkeys-session.ts'
import { collected } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// As Redis 8.6.3 says it, whose unit is the millisecond.
test('whether hot keys are searched for, and the time for that', async () => {
  const info = unindented`
    # Hotkeys
    hotkeys-tracking-active:1
    hotkeys-cmd-cpu-time:1500
  `

  expect(await collected(hotkeysSession, { info })).toBe(unindented`
    # TYPE redis_hotkeys_cpu_seconds_total counter
    redis_hotkeys_cpu_seconds_total 1.5
    # TYPE redis_hotkeys_tracking_active gauge
    redis_hotkeys_tracking_active 1
  `)
})

test('an empty section, as where no search was ever started, gives nothing', async () => {
  expect(await collected(hotkeysSession, { info: '# Hotkeys\n' })).toBe('')
})
