import { isUtf8 } from 'node:buffer'

/*
 * Texts that may hold any bytes, since passwords may: a byte that is no UTF-8 is half a character, which no
 * text in UTF-8 holds. So texts can be compared, split and read as JSON, and all bytes are there at the end.
 * Source: https://peps.python.org/pep-0383/
 */

const halves = 0xdc00
const mostBytesOfCharacter = 4

/** Any bytes as a text, of which `bytesOfText` gives the same bytes. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const character = characterAt(bytes, at)
    text += character?.toString() ?? String.fromCharCode(halves + bytes.readUInt8(at))
    at += character?.length ?? 1
  }
  return text
}

function characterAt(bytes: Buffer, start: number): Buffer | undefined {
  for (let length = 1; length <= mostBytesOfCharacter; length++) {
    const some = bytes.subarray(start, start + length)
    if (isUtf8(some)) return some
  }
  return undefined
}

/** The bytes of a text in UTF-8, with those that `textOfBytes` found beside it. */
export function bytesOfText(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/u)
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - halves),
    ),
  )
}
