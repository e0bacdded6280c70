import { dividedBy } from '../../metrics/read-value.ts'
import { parseInfoInSlices } from '../../redis/info.ts'
import { redisError } from '../../redis/redis-error.ts'
import type { Collector } from '../collector.ts'
import { fieldsOf, newerRows, readFields, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('debug')

const rows = [
  ...newerRows('Redis 7.2, Valkey 7.2', 'live: Redis 8.6.3, Valkey 9.1.2', [
    counter(
      'eventloop_duration_aof_sum',
      'eventloop_duration_aof_seconds_total',
      'Time spent on the append-only file in the event loop',
      dividedBy(1e6),
    ),
    counter(
      'eventloop_duration_cron_sum',
      'eventloop_duration_cron_seconds_total',
      'Time spent on background tasks in the event loop',
      dividedBy(1e6),
    ),
    gauge(
      'eventloop_duration_max',
      'eventloop_duration_max_seconds',
      'The longest cycle of the event loop',
      dividedBy(1e6),
    ),
    gauge(
      'eventloop_cmd_per_cycle_max',
      'eventloop_cmd_per_cycle_max',
      'Most commands in one cycle of the event loop',
    ),
  ]),
  ...newerRows('Redis 7.4', 'live: Redis 8.6.3', [
    gauge(
      'allocator_allocated_lua',
      'allocator_allocated_lua_bytes',
      'Memory handed out by the allocator for Lua',
    ),
    gauge(
      'allocator_active_lua',
      'allocator_active_lua_bytes',
      'Memory in active pages of the allocator for Lua',
    ),
    gauge(
      'allocator_resident_lua',
      'allocator_resident_lua_bytes',
      'Resident memory of the allocator for Lua',
    ),
    gauge(
      'allocator_frag_bytes_lua',
      'allocator_frag_lua_bytes',
      'Active less allocated memory for Lua',
    ),
  ]),
]

export const infoDebug: Collector = {
  name: 'info-debug',
  help: 'longest cycles of the event loop and the memory of Lua, from INFO debug',
  metrics: rows.map(({ metric }) => metric),
  fields: fieldsOf(rows),
  commands: ['info'],
  optIn: true,
  cost: 'about 2 microseconds of Redis per poll, of whatever size it is, and 8 series',
  async collect(poll) {
    const reply = await poll.read('INFO', 'debug')
    if (typeof reply !== 'string') throw redisError('parse', 'INFO debug gave no text')
    return readFields(await parseInfoInSlices(reply), rows, poll.reject)
  },
}
