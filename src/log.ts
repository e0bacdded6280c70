import { isatty } from 'node:tty'
import { type Logger, type LoggerOptions, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { WaitingLines } from './waiting-lines.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export interface LogOptions {
  readonly level: (typeof logLevels)[number]
  readonly format: 'txt' | 'json'
}

/** How long a process that ends waits for whoever reads its last lines. */
export const lastLinesMilliseconds = 500

/**
 * Writes line by line to an output that never waits, but for the last lines: those behind `fatal`
 * are brought out before it returns. No transport, since those do not work in the bundle.
 */
export function createLog({ level, format }: LogOptions, output: WaitingLines): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => serializeError(error) },
  }
  const written = format === 'json' ? (line: string) => line : createFormatForPeople()
  const destination = {
    write: (line: string) => output.write(written(line)),
    // Called by pino behind `fatal`.
    flushSync: () => output.flush(lastLinesMilliseconds),
  }
  return pino(options, destination)
}

function createFormatForPeople(): (line: string) => string {
  const format = prettyFactory({ colorize: isatty(1), singleLine: true, translateTime: false })
  return (line) => format(line) ?? line
}

// A chain of causes goes no deeper, even where it is a circle.
const deepestCause = 5

/**
 * An error with known fields only, and its causes alike: those of libraries carry commands,
 * addresses and whole configurations, and a password with them.
 */
export function serializeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const reason =
    'reason' in error && typeof error.reason === 'string' ? { reason: error.reason } : {}
  // The stack says where; it begins with the message, which ours alone may say.
  const stack = error.stack ?? ''
  const told = stack.indexOf(error.message) + error.message.length
  const where = stack
    .slice(told)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  const message = error.name === 'RedisError' ? { message: error.message } : {}
  const cause =
    error.cause === undefined || depth === deepestCause
      ? {}
      : { cause: serializeError(error.cause, depth + 1) }
  return { type: error.name, ...code, ...reason, ...message, stack: where.join('\n'), ...cause }
}
