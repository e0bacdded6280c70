import { inspect } from 'node:util'

/** A text, as of `textOfBytes`, that prints as `[secret]` wherever it is logged, inspected, joined or serialised. */
export interface Secret {
  /** The text itself, for the one place that sends it. */
  reveal(): string
  toString(): string
  toJSON(): string
}

const mask = '[secret]'

export function secret(text: string): Secret {
  const value = { reveal: () => text, toString: () => mask, toJSON: () => mask }
  return Object.defineProperty(value, inspect.custom, { value: () => mask })
}
