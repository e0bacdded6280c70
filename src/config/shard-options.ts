import type { Options } from '../options/option.ts'
import { mostShards, shardIndex } from '../options/shard-index-kind.ts'
import { wholeNumber } from '../options/value-kinds.ts'

const group = 'Discovery'

/** How several exporters of the same configuration share the targets. */
export const shardOptions = {
  shardTotal: {
    flags: ['shard.total'],
    env: ['REDIS_EXPORTER_SHARD_TOTAL'],
    scope: 'process',
    group,
    help: 'How many exporters of the same configuration share the targets, each of which is watched by one of them',
    kind: wholeNumber(1, mostShards),
    default: undefined,
    defaultHelp: 'all are watched by this one',
  },
  shardIndex: {
    flags: ['shard.index'],
    env: ['REDIS_EXPORTER_SHARD_INDEX'],
    scope: 'process',
    group,
    help: 'Which of them this one is, from 0',
    kind: shardIndex,
    default: undefined,
    defaultHelp:
      'the number at the end of the host name, such as that of a pod of a StatefulSet; 0 where there is one exporter',
  },
} as const satisfies Options
