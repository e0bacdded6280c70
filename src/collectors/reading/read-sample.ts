import type { Sample } from '../../metrics/metric.ts'
import type { ReadValue } from '../../metrics/read-value.ts'
import type { Poll } from '../collector.ts'

/**
 * The sample of one value that the server sent, as a list: empty when it sent none, and empty
 * and rejected when it cannot be read.
 */
export function readSample(
  reject: Poll['reject'],
  field: string,
  text: string | undefined,
  read: ReadValue,
  toSample: (value: number) => Sample,
): readonly Sample[] {
  if (text === undefined) return []
  const value = read(text)
  if (value !== undefined) return [toSample(value)]
  reject(field, text)
  return []
}
