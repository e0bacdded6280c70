import type { ValueKind } from './value-kinds.ts'

const largestInteger = 2n ** 63n - 1n
// An underscore may stand between digits, and behind what tells the base.
const integer = /^\+?(?:0x(?:_?[\da-f])+|0b(?:_?[01])+|0o?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/i

/**
 * An integer in the forms in which flags of Go are read, and no larger than they may be: decimal, or
 * with 0x, 0b, 0o or 0 before it. What is beyond the most that is of use counts as that.
 */
export function goInteger(least: number, most: number): ValueKind<number> {
  return {
    placeholder: 'number',
    accepts: `a whole number from ${least} on, also in forms such as 0x400 or 1_000; more than ${most} counts as that`,
    read(text) {
      const value = integer.test(text) ? readInteger(text) : -1n
      if (value < BigInt(least) || value > largestInteger) return undefined
      return Math.min(Number(value), most)
    },
  }
}

function readInteger(text: string): bigint {
  const digits = text.replace(/^\+|_/g, '')
  return BigInt(digits.replace(/^0(?=\d)/, '0o'))
}

const duration = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|[µμ]s|ms|s|m|h))+)$/
const bareNumber = /^\d+(?:\.\d+)?$/

/** A duration in the forms of Go where nobody asks how long it is: each is as good as another. */
export const anyDuration: ValueKind<string> = {
  placeholder: 'duration',
  accepts: 'a duration, such as 15s, 1.5h or 500us',
  read: (text) => (duration.test(text) || bareNumber.test(text) ? text : undefined),
}
