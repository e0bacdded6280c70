/** A value as the server prints it, read as a number; undefined when it is none. */
export type ReadValue = (text: string) => number | undefined

const words = new Map([
  ['ok', 1],
  ['true', 1],
  ['err', 0],
  ['fail', 0],
  ['false', 0],
])

/**
 * The characters of a number at most. The longest that a server prints is the largest number of its
 * floating point, 309 digits and some decimals; what is longer is no number.
 */
export const longestNumber = 400

// Decimal numbers only: Number() alone would also read '', ' 7', '0x10' and 'Infinity'. No text can
// be read in two ways, so none is read twice.
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** A decimal number as it stands; undefined also for one that is too large to be told. */
export function readNumber(text: string): number | undefined {
  if (text.length > longestNumber) return undefined
  if (!decimal.test(text)) return readSpecial(text)
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** A field of INFO: a number as it stands, or one of the words that stand for 1 and 0. */
export function readField(text: string): number | undefined {
  return words.get(text) ?? readNumber(text)
}

/** A number in a smaller unit, as the base unit: `dividedBy(1e6)` reads microseconds as seconds. */
export function dividedBy(divisor: number): ReadValue {
  return (text) => {
    const value = readNumber(text)
    return value === undefined ? undefined : value / divisor
  }
}

/** A percentage, with or without its sign, as a ratio. */
export function readPercentage(text: string): number | undefined {
  const digits = text.replace(/%$/, '')
  return readNumber(`${digits}e-2`) ?? readSpecial(digits)
}

// The server prints these with printf("%f"): a ratio with a divisor of zero, for instance.
function readSpecial(text: string): number | undefined {
  if (text === 'inf' || text === '+inf') return Infinity
  if (text === '-inf') return -Infinity
  if (text === 'nan' || text === '-nan') return Number.NaN
  return undefined
}
