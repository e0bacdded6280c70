import { expect, test } from 'vitest'
import { cpu } from '../../../src/collectors/server/cpu.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the processor time of Redis 7.0', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(cpu, { info })).toBe(unindented`
    # TYPE redis_cpu_sys_children_seconds_total counter
    redis_cpu_sys_children_seconds_total 0
    # TYPE redis_cpu_sys_main_thread_seconds_total counter
    redis_cpu_sys_main_thread_seconds_total 0.012736
    # TYPE redis_cpu_sys_seconds_total counter
    redis_cpu_sys_seconds_total 0.01524
    # TYPE redis_cpu_user_children_seconds_total counter
    redis_cpu_user_children_seconds_total 0.001269
    # TYPE redis_cpu_user_main_thread_seconds_total counter
    redis_cpu_user_main_thread_seconds_total 0.033963
    # TYPE redis_cpu_user_seconds_total counter
    redis_cpu_user_seconds_total 0.031506
  `)
})

test('Valkey 9.1 tells how long each thread was at work', async () => {
  const info = unindented`
    # CPU
    used_active_time_main_thread:12.5
    used_active_time_io_thread_1:3.25
    used_active_time_io_thread_12:0.125
  `

  expect(await collected(cpu, { info })).toBe(unindented`
    # TYPE redis_active_time_io_thread_seconds_total counter
    redis_active_time_io_thread_seconds_total{thread="1"} 3.25
    redis_active_time_io_thread_seconds_total{thread="12"} 0.125
    # TYPE redis_active_time_main_thread_seconds_total counter
    redis_active_time_main_thread_seconds_total 12.5
  `)
})

test.each([
  'used_active_time_io_thread_x',
  'used_active_time_io_thread_1_max',
  'x_used_active_time_io_thread_1',
])('the field %s is not the time of a thread', async (field) => {
  expect(await collected(cpu, { info: `# CPU\n${field}:3\n` })).toBe('')
})
