import fc from 'fast-check'

const surrogates = 0xd800
const behindSurrogates = 0xe000
const howMany = behindSurrogates - surrogates

const toCharacter = (index: number) =>
  String.fromCodePoint(index < surrogates ? index : index + howMany)

/** Back again, of what is one character; fast-check asks for texts that it may try. */
function toIndex(text: unknown): number {
  const code = typeof text === 'string' ? (text.codePointAt(0) ?? 0) : 0
  const index = code < surrogates ? code : code - howMany
  if (toCharacter(index) !== text) throw new Error('not one character')
  return index
}

/**
 * Any character of Unicode, as a unit of texts. It is what `unit: 'binary'` means, without the table
 * of a million characters that each process would make for that.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat(0x10_ffff - howMany)
  .map(toCharacter, toIndex)
