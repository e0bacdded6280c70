import type { Poll } from '../../src/collectors/collector.ts'
import { gauge } from '../../src/metrics/metric.ts'
import { runCollector, type SharedPoll } from '../../src/poller/run-collector.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { defaultSettings } from './default-settings.ts'
import { fakeClock } from './fake-clock.ts'
import { collectorOf } from './fake-collectors.ts'

export const keys = gauge('keys', 'Keys (a test)', ['db'])

const info = parseInfo('# Server\r\nrun_id:first\r\n')

/** What all collectors of one poll share. */
export const sharedPoll: SharedPoll = {
  server: serverInfo(info, undefined),
  settings: defaultSettings,
  database: 0,
  unixSeconds: 1_750_000_000,
  info: async () => info,
  read: async () => 'OK',
  readIn: async () => [],
}

/** What comes of a collector that does what the test says. */
export async function run(
  collect: (poll: Poll) => ReturnType<ReturnType<typeof collectorOf>['collect']>,
) {
  return await runCollector(collectorOf('keyspace', collect), sharedPoll, fakeClock())
}
