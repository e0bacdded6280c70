// Run as a program of its own: the log writes to the standard output of its process.
import { createLog, type LogOptions, logLevels } from '../../src/log.ts'
import { openStandardStream } from '../../src/standard-stream.ts'
import { hostileErrors } from './hostile-errors.ts'

const [format, level] = process.argv.slice(2)
const options = {
  format: format === 'json' ? 'json' : 'txt',
  level: logLevels.find((known): known is LogOptions['level'] => known === level) ?? 'info',
} as const
const log = createLog(options, openStandardStream('stdout'))

log.debug({ target: 'redis://localhost:6379' }, 'for those who look closely')
log.info({ target: 'redis://localhost:6379', seconds: 1.5 }, 'up')
const collector = log.child({ target: 'redis://localhost:6379' })
collector.warn({ collector: 'slowlog', reason: 'noperm' }, 'collector failed')
for (const [name, err] of hostileErrors) log.error({ err }, `this is ${name}`)
log.fatal('the last line')
process.exit(1)
