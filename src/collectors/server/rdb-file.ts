import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gauge, sample } from '../../metrics/metric.ts'
import { flag } from '../../options/value-kinds.ts'
import { redisError } from '../../redis/redis-error.ts'
import { type Collector, collector } from '../collector.ts'
import { readParameters } from '../reading/config-parameters.ts'

const size = gauge(
  'rdb_current_size_bytes',
  'Size of the RDB file; 0 when there is none (CONFIG GET dir, dbfilename and the file itself)',
)

/** What the collector reads of a file; as `stat` of Node.js. */
export type StatFile = (path: string) => Promise<{ readonly size: number; isFile(): boolean }>

export const rdbFile = createRdbFile((path) => stat(path))

/** The collector of the RDB file, which lies on the machine of the server: it must be ours too. */
export function createRdbFile(statFile: StatFile): Collector {
  return collector({
    name: 'rdb-file',
    help: 'size of the RDB file, where the exporter can see it, with --include-rdb-file-size-metric',
    metrics: [size],
    commands: ['config|get'],
    options: {
      includeRdbFileSize: {
        flags: ['include-rdb-file-size-metric'],
        env: ['REDIS_EXPORTER_INCL_RDB_FILE_SIZE_METRIC'],
        scope: 'target',
        group: 'Optional metrics',
        help: 'Export the size of the RDB file, where the exporter can see it',
        kind: flag,
        default: 'false',
      },
    },
    example: { includeRdbFileSize: 'true' },
    isWanted: ({ includeRdbFileSize }) => includeRdbFileSize,
    appliesTo: (server) => server.knows('config'),
    async collect(poll) {
      const values = await readParameters(poll, ['dir', 'dbfilename'])
      const [directory, file] = [values.get('dir'), values.get('dbfilename')]
      if (!directory || !file) return []
      // A server must not make us look at any file that it likes.
      if (file !== basename(file) || file === '.' || file === '..')
        throw redisError('other', 'dbfilename is a path, not the name of a file')
      return [sample(size, await sizeOf(join(directory, file), statFile))]
    },
  })
}

async function sizeOf(path: string, statFile: StatFile): Promise<number> {
  const found = await statFile(path).catch((failure: unknown) => {
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
    if (code === 'ENOENT') return undefined
    throw redisError('other', `the RDB file cannot be looked at (${code})`)
  })
  if (found && !found.isFile()) throw redisError('other', 'the RDB file is no regular file')
  return found?.size ?? 0
}
