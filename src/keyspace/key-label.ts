import { fromBinary } from './binary-text.ts'

// STUB: a stand-in with the signature of the real one, dropped when that is merged.

/** A binary key as the text of a label. */
export function keyLabel(key: string): string {
  return fromBinary(key)
}
