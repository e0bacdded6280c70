import type { Metric, Sample } from '../../metrics/metric.ts'
import { type ReadValue, readNumber } from '../../metrics/read-value.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import type { Poll } from '../collector.ts'
import { readSample } from './read-sample.ts'

/** A part of a line such as `io_thread_1:clients=3,reads=7`, and the metric that it becomes. */
export interface PartRow<L extends string> {
  readonly part: string
  readonly metric: Metric<L, never>
  /** How the value is read; as a number unless told otherwise. */
  readonly read?: ReadValue
}

/** The metrics of rows, each once. */
export function metricsOf<L extends string>(rows: readonly PartRow<L>[]): readonly Metric[] {
  return [...new Set(rows.map(({ metric }) => metric))]
}

/** The samples of the parts that a line has; `line` is its name, told of what cannot be read. */
export function readParts<L extends string>(
  line: string,
  values: ReadonlyMap<string, string>,
  rows: readonly PartRow<L>[],
  labels: Readonly<Record<L, string>>,
  reject: Poll['reject'],
): readonly Sample[] {
  return rows.flatMap(({ part, metric, read = readNumber }) =>
    readSample(reject, `${line} ${part}`, values.get(part), read, (value) => ({
      metric,
      labels,
      value,
    })),
  )
}

/** The samples of a line that is nothing but such parts; one that has none of them is rejected. */
export function readLine<L extends string>(
  line: string,
  text: string,
  rows: readonly PartRow<L>[],
  labels: Readonly<Record<L, string>>,
  reject: Poll['reject'],
): readonly Sample[] {
  const values = parseNameValueList(text)
  if (!rows.some(({ part }) => values.has(part))) reject(line, text)
  return readParts(line, values, rows, labels, reject)
}
