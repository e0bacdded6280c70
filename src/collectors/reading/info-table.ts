import {
  counter,
  gauge,
  type Metric,
  newer,
  type Sample,
  sample,
  type Tested,
} from '../../metrics/metric.ts'
import { type ReadValue, readField } from '../../metrics/read-value.ts'
import { type Info, infoField } from '../../redis/info.ts'
import type { Poll } from '../collector.ts'

/** A field of INFO and the metric that it becomes. */
export interface FieldRow {
  /** The section that it stands in, as parseInfo calls it. */
  readonly section: string
  readonly field: string
  /** What it was called before. */
  readonly olderField?: string
  readonly metric: Metric<never, never>
  /** How the value is read; a number or a word for 1 and 0 unless told otherwise. */
  readonly read?: ReadValue
}

/** Rows for one section of INFO; the help texts end with where the value comes from. */
export function rowsOf(section: string) {
  // As INFO is asked for it: Scripting Engines is INFO scriptingengines.
  const asked = section.replaceAll(' ', '')
  const row =
    (declare: typeof gauge) =>
    (field: string, name: string, help: string, read?: ReadValue): FieldRow => ({
      section,
      field,
      metric: declare(name, `${help} (INFO ${asked}: ${field})`),
      ...(read ? { read } : {}),
    })
  return { gauge: row(gauge), counter: row(counter) }
}

/** Rows that only newer servers send. */
export function newerRows(
  since: string,
  tested: Tested,
  rows: readonly FieldRow[],
): readonly FieldRow[] {
  return rows.map((row) => ({ ...row, metric: newer(row.metric, since, tested) }))
}

/** The names of the fields that rows read. */
export function fieldsOf(rows: readonly FieldRow[]): readonly string[] {
  return rows.flatMap(({ field, olderField = [] }) => [field].concat(olderField))
}

/** The samples of the fields that the server sent and that can be read. */
export function readFields(
  info: Info,
  rows: readonly FieldRow[],
  reject: Poll['reject'],
): Sample[] {
  const samples: Sample[] = []
  for (const { section, field, olderField, metric, read = readField } of rows) {
    let text = infoField(info, section, field)
    if (text === undefined && olderField !== undefined) text = infoField(info, section, olderField)
    if (text === undefined) continue
    const value = read(text)
    if (value === undefined) reject(field, text)
    else samples.push(sample(metric, value))
  }
  return samples
}

/** The value of a field as a label: the empty string where the server does not report it. */
export function labelField(info: Info, section: string, field: string): string {
  return infoField(info, section, field) ?? ''
}
