import { fromBinary } from './binary-text.ts'

/** The name of a key, group or consumer, a binary string, as the text of a label. */
export function keyLabel(key: string): string {
  return fromBinary(key)
}

/** The value of a key, a binary string, as the text of a label. */
export function valueLabel(value: string): string {
  return fromBinary(value)
}
