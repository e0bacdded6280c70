import { buildInfo } from './build-info.ts'
import type { Config } from './config/read-config.ts'
import type { Log } from './log.ts'
import { formatDuration } from './options/value-kinds.ts'

/** The first line of the log, and whatever is odd about the configuration. */
export function logStart(config: Config, targets: readonly string[], log: Log): void {
  const { namespace, namespaceFrom, shard } = config
  log.info(
    {
      version: buildInfo.version,
      targets,
      ...(shard ? { shard: shard.index, shards: shard.total } : {}),
      interval: formatDuration(config.pollInterval),
      timeout: formatDuration(config.pollTimeout),
      maxAge: formatDuration(config.pollMaxAge),
      // Every metric is named by it, and other programs have a variable of that name too.
      ...(namespace === 'redis' ? {} : { namespace, namespaceFrom }),
    },
    'starting',
  )
  for (const warning of config.warnings) log.warn(warning)
  for (const remark of config.remarks) log.info(remark)
}
