/**
 * The CRC-32 of two texts in a row, from the checksum of each and the length of the second, without
 * their bytes. Appending bytes multiplies the checksum of what came before, as a polynomial over
 * GF(2), by x to the power of their bits: about a microsecond, however many bytes.
 */
export function combineChecksums(first: number, second: number, secondLength: number): number {
  return (multiply(first, powerOfBytes(secondLength)) ^ second) >>> 0
}

// The polynomial of zlib and gzip. The bits are reflected: the highest stands for x to the power
// of 0, so that multiplying by x is a shift to the right.
const polynomial = 0xedb88320
const one = 0x80000000

function multiplyByX(factor: number): number {
  return factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1
}

function multiply(left: number, right: number): number {
  let product = 0
  let shifted = right
  for (let rest = left; rest !== 0; rest <<= 1) {
    if (rest & one) product ^= shifted
    shifted = multiplyByX(shifted)
  }
  return product
}

// x to the power of 8, of 16, of 32 and so on: of the bits in 1, 2, 4, ... bytes, as far as whole
// numbers go.
const powers = [...Array(53).keys()].reduce<number[]>((list) => {
  const last = list.at(-1)
  list.push(last === undefined ? one >>> 8 : multiply(last, last))
  return list
}, [])

function powerOfBytes(length: number): number {
  let product = one
  let rest = length
  for (const power of powers) {
    if (rest === 0) break
    if (rest % 2 === 1) product = multiply(product, power)
    rest = Math.floor(rest / 2)
  }
  return product
}
