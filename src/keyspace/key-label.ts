import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { fromBinary, isAscii } from './binary-text.ts'

/** The bytes of a key that its label shows. */
const mostBytes = 512

/**
 * A key, a binary string, as the value of a label that no other key has. UTF-8 of at most 512 bytes
 * is shown as it is: Prometheus takes every character. Bytes that are no UTF-8 become `\xHH`, a
 * longer key is cut and ends with `…`, and behind both stands the beginning of the SHA-256 of the
 * key: `#` and 16 hexadecimal digits.
 */
export function keyLabel(key: string): string {
  const isShort = key.length <= mostBytes
  if (isShort && isAscii(key) && !looksHashed(key)) return key
  if (isShort && isText(key) && !looksHashed(key)) return fromBinary(key)
  const shown = isShort ? key : key.slice(0, characterBorder(key))
  return `${escaped(shown)}${isShort ? '' : '…'}#${keyHash(key)}`
}

/**
 * A key as it shall be shown: by its label or, where names shall not be told, by the beginning of
 * its SHA-256 alone, 16 hexadecimal digits.
 */
export function shownKey(key: string, settings: { readonly hashKeyNames: boolean }): string {
  return settings.hashKeyNames ? keyHash(key) : keyLabel(key)
}

/** How what stands in the keyspace, a binary string, is shown in a label: keys, values, groups. */
export type ShowName = (binary: string) => string

/** Shows names and values as they are or, where they shall not be told, by their hashes alone. */
export function showNames(settings: { readonly hashKeyNames: boolean }): ShowName {
  return (binary) => shownKey(binary, settings)
}

function isText(binary: string): boolean {
  return isAscii(binary) || isUtf8(Buffer.from(binary, 'latin1'))
}

/** Whether a key reads like the label of another one: it is hashed too, so that they differ. */
function looksHashed(key: string): boolean {
  const sign = key.length - hashDigits - 1
  if (key.charAt(sign) !== '#' || !/^[0-9a-f]*$/.test(key.slice(sign + 1))) return false
  return /\\x[0-9a-f]{2}|\xe2\x80\xa6/.test(key.slice(0, sign))
}

const hashDigits = 16

/** The beginning of the SHA-256 of a key, a binary string: a name that tells nothing of the key. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key, 'latin1').digest('hex').slice(0, hashDigits)
}

// RFC 3629, section 4: one character of more than one byte.
const longCharacter = [
  '[\xc2-\xdf][\x80-\xbf]',
  '\xe0[\xa0-\xbf][\x80-\xbf]',
  '[\xe1-\xec\xee\xef][\x80-\xbf]{2}',
  '\xed[\x80-\x9f][\x80-\xbf]',
  '\xf0[\x90-\xbf][\x80-\xbf]{2}',
  '[\xf1-\xf3][\x80-\xbf]{3}',
  '\xf4[\x80-\x8f][\x80-\xbf]{2}',
].join('|')

const highBytes = new RegExp(`((?:${longCharacter})+)|[\x80-\xff]`, 'g')
const longCharacterHere = new RegExp(longCharacter, 'y')

function escaped(binary: string): string {
  return binary.replace(highBytes, (bytes: string, text: string | undefined) =>
    text === undefined ? `\\x${bytes.charCodeAt(0).toString(16)}` : fromBinary(text),
  )
}

/** Where to cut a long key: before a character that would not be shown whole. */
function characterBorder(key: string): number {
  for (let start = mostBytes - 3; start < mostBytes; start++) {
    longCharacterHere.lastIndex = start
    const [character] = longCharacterHere.exec(key) ?? ['']
    if (start + character.length > mostBytes) return start
  }
  return mostBytes
}
