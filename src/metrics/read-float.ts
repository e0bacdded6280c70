// Underscores may stand between digits, and behind the 0x.
const digits = String.raw`\d+(?:_\d+)*`
const hexDigits = String.raw`[\da-f]+(?:_[\da-f]+)*`
const decimal = new RegExp(
  `^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:e[+-]?${digits})?$`,
  'i',
)
const hexadecimal = new RegExp(
  `^([+-]?)0x_?(?=[.\\da-f])(${hexDigits})?(?:\\.(${hexDigits})?)?p([+-]?${digits})$`,
  'i',
)
const infinity = /^([+-]?)inf(?:inity)?$/i

// As much as is read of the value of a key.
const longestFloat = 512

/**
 * A text that people or their programs wrote, read as a number in every form that Go reads: decimal, hexadecimal
 * with a binary exponent, infinity, not a number. Undefined for all else, and for a number that is
 * too large to be one.
 */
export function readFloat(text: string): number | undefined {
  if (text.length > longestFloat) return undefined
  if (decimal.test(text)) return finite(Number(text.replaceAll('_', '')))
  if (/^nan$/i.test(text)) return Number.NaN
  const [, sign] = infinity.exec(text) ?? []
  if (sign !== undefined) return sign === '-' ? -Infinity : Infinity
  return readHexadecimal(text)
}

function readHexadecimal(text: string): number | undefined {
  const parts = hexadecimal.exec(text)?.slice(1) ?? []
  const [sign, whole = '', fraction = '', exponent] = parts.map((part = '') =>
    part.replaceAll('_', ''),
  )
  if (whole + fraction === '') return undefined
  const value = Number(`0x${whole}${fraction}`)
  // Times 2 ** 0 rather than NaN, which 0 times infinity is.
  const scale = value === 0 ? 0 : Number(exponent) - 4 * fraction.length
  return finite(value * 2 ** scale * (sign === '-' ? -1 : 1))
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
