import type { CollectorSettings } from '../../src/collectors/settings.ts'
import { configured } from './configured.ts'

/** What collectors are told when all metrics are asked for that are off by default. */
export const everythingWanted: CollectorSettings = configured([
  ...['--export-client-list', '--export-client-port', '--include-config-metrics'],
  ...['--include-system-metrics', '--include-modules-metrics', '--include-rdb-file-size-metric'],
  ...['--include-sentinel-peer-info', '--is-tile38', '--include-unknown-info-fields'],
])
