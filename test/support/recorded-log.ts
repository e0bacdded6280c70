import { pino } from 'pino'
import { type Log, serializeError } from '../../src/log.ts'

/** A line of the log: its level, its message, and the fields of line and child. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface RecordedLog {
  readonly log: Log
  /** Everything logged so far, whatever the level. */
  readonly lines: readonly LogLine[]
  /** The same as it would be printed. */
  readonly texts: readonly string[]
  /** The lines that people see by default: everything above debug. */
  readonly shown: () => readonly LogLine[]
}

/** A log like that of the exporter, kept in memory. */
export function recordedLog(): RecordedLog {
  const lines: LogLine[] = []
  const texts: string[] = []
  const log = pino(
    {
      level: 'trace',
      base: null,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
    },
    {
      write(line: string) {
        texts.push(line)
        lines.push(JSON.parse(line))
      },
    },
  )
  return {
    log,
    lines,
    texts,
    shown: () => lines.filter(({ level }) => level !== 'trace' && level !== 'debug'),
  }
}
