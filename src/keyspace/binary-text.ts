/** A text as a binary string: one character for each byte of its UTF-8. */
export function toBinary(text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString('latin1')
}

/** A binary string as the text that its bytes are in UTF-8; what is no UTF-8 becomes U+FFFD. */
export function fromBinary(binary: string): string {
  return isAscii(binary) ? binary : Buffer.from(binary, 'latin1').toString()
}

/** Whether all characters are of ASCII, so that the text is its own binary string. */
export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are what is looked for here.
  return /^[\x00-\x7f]*$/.test(text)
}
