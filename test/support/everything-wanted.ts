import { fileURLToPath } from 'node:url'
import type { CollectorSettings } from '../../src/collectors/settings.ts'
import { configured } from './configured.ts'
import { keyOfEachKind } from './key-replies.ts'

const script = fileURLToPath(new URL('answer.lua', import.meta.url))

const flags = [
  ...['--export-client-list', '--export-client-port', '--include-config-metrics'],
  ...['--include-system-metrics', '--include-modules-metrics', '--include-rdb-file-size-metric'],
  ...[
    '--include-sentinel-peer-info',
    '--is-tile38',
    '--include-unknown-info-fields',
    '--include-search-indexes-metrics',
  ],
]

/** What collectors are told when all metrics are asked for that are off by default. */
export const everythingWanted: CollectorSettings = configured([
  ...flags,
  `--check-single-keys=${keyOfEachKind.join()},db3=string`,
  ...['--check-single-streams=orders,db3=orders', `--script=${script}`],
])

/** The same without what takes more than one round trip. */
export const everythingButKeys: CollectorSettings = configured(flags)
