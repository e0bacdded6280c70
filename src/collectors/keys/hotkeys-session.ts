import { dividedBy } from '../../metrics/read-value.ts'
import { infoTableCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('hotkeys')

export const hotkeysSession = infoTableCollector({
  name: 'hotkeys-session',
  help: 'whether hot keys are being looked for, and what that costs, from INFO hotkeys',
  rows: newerRows('Redis 8.6', 'live: Redis 8.6.3', [
    gauge(
      'hotkeys-tracking-active',
      'hotkeys_tracking_active',
      'Whether hot keys are being looked for',
    ),
    counter(
      'hotkeys-cmd-cpu-time',
      'hotkeys_cpu_seconds_total',
      'Time spent on the search for hot keys',
      dividedBy(1e3),
    ),
  ]),
})
