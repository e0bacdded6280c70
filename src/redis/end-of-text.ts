const bulk = 36
const zero = 48
const carriageReturn = 13
const lineFeed = 10
const mostDigits = 7

/**
 * Where a text of RESP2 ends that begins at a byte of a chunk; less than 0 where there is none, where
 * it is not here as a whole, or where its length has more digits than most have.
 */
export function endOfText(chunk: Uint8Array, start: number): number {
  if (chunk[start] !== bulk) return -1
  const first = start + 1
  let at = first
  let length = 0
  for (; at < first + mostDigits; at++) {
    const digit = (chunk[at] ?? 0) - zero
    if (digit < 0 || digit > 9) break
    length = length * 10 + digit
  }
  if (at === first || chunk[at] !== carriageReturn || chunk[at + 1] !== lineFeed) return -1
  const end = at + 2 + length
  return chunk[end] === carriageReturn && chunk[end + 1] === lineFeed ? end + 2 : -1
}
