import { goInteger } from '../options/go-forms.ts'
import type { Options } from '../options/option.ts'
import { duration, oneOf, share, wholeNumber, wholeSeconds } from '../options/value-kinds.ts'

const group = 'Schedule of what is expensive'
const second = 1000
const hour = 3600 * second

/** When and how fast keys are looked at, and what else is expensive. */
export const scanOptions = {
  checkKeysBatchSize: {
    flags: ['check-keys-batch-size'],
    env: ['REDIS_EXPORTER_CHECK_KEYS_BATCH_SIZE'],
    scope: 'target',
    group: 'Keys, streams and scripts',
    needsAny: 'walk',
    help: 'Keys that one SCAN asks for at most; less where that takes too long',
    kind: goInteger(1, 100_000),
    default: '1000',
  },
  scanInterval: {
    flags: ['scan.interval'],
    env: ['SCAN_INTERVAL'],
    scope: 'target',
    group,
    help: 'How often keys, streams and indexes are looked at and scripts run',
    kind: wholeSeconds(second, 24 * hour),
    default: undefined,
    defaultHelp: '60s, or the poll interval if that is longer',
  },
  scanOn: {
    flags: ['scan.on'],
    env: ['SCAN_ON'],
    scope: 'target',
    group,
    needsAny: 'keys',
    help: 'Look at the keys of masters only, of replicas only (one of each master), or of all',
    kind: oneOf(['master', 'replica', 'all']),
    default: undefined,
    defaultHelp:
      'all, but single keys and streams of a replica only where its master is not asked for the same; or master with --discover',
  },
  scanTimeout: {
    flags: ['scan.timeout'],
    env: ['SCAN_TIMEOUT'],
    scope: 'target',
    group,
    needsAny: 'slow',
    help: 'One deadline for all of that',
    kind: duration(second, 24 * hour),
    default: '1h',
  },
  scanMaxAge: {
    flags: ['scan.max-age'],
    env: ['SCAN_MAX_AGE'],
    scope: 'target',
    group,
    needsAny: 'slow',
    help: 'Results that are older vanish, counted from the begin of the scan: a scan that takes longer than that is never served',
    kind: duration(second, 7 * 24 * hour),
    default: undefined,
    defaultHelp: '3 scan intervals and twice the time that the last walk took',
  },
  scanMaxConcurrent: {
    flags: ['scan.max-concurrent'],
    env: ['SCAN_MAX_CONCURRENT'],
    scope: 'process',
    group,
    help: 'How many targets have their keys looked at at a time, where there are several; the others wait their turn',
    kind: wholeNumber(1, 1000),
    default: '2',
  },
  scanMaxLoad: {
    flags: ['scan.max-load'],
    env: ['SCAN_MAX_LOAD'],
    scope: 'target',
    group,
    needsAny: 'walk',
    help: 'The share of one core of the server that looking at keys may use; 0 is no limit',
    kind: share,
    default: '0.05',
  },
} as const satisfies Options
