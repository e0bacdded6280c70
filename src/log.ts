import { type Logger, type LoggerOptions, pino } from 'pino'
import { build as pretty } from 'pino-pretty'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export interface LogOptions {
  readonly level: (typeof logLevels)[number]
  readonly format: 'txt' | 'json'
}

/**
 * Writes to standard output at once: a process that dies keeps its last lines. No transport, since
 * those do not work in the bundle.
 */
export function createLog({ level, format }: LogOptions): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
  }
  const stdout = pino.destination({ dest: 1, sync: true })
  if (format === 'json') return pino(options, stdout)
  return pino(
    options,
    pretty({
      destination: stdout,
      colorize: process.stdout.isTTY === true,
      singleLine: true,
      sync: true,
      translateTime: false,
    }),
  )
}

/**
 * An error with known fields only: those of libraries carry commands, addresses and whole
 * configurations, and a password with them.
 */
export function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const reason =
    'reason' in error && typeof error.reason === 'string' ? { reason: error.reason } : {}
  // The stack says where; its first lines repeat the message, which ours alone may say.
  const where = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const message = error.name === 'RedisError' ? { message: error.message } : {}
  return { type: error.name, ...code, ...reason, ...message, stack: where.join('\n') }
}
