const mostCharacters = 200

/**
 * What somebody gave, in quotes, for a message: no longer than a line or two, and without characters
 * that break lines or that nobody sees.
 */
export function shownText(text: string): string {
  const some = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
  return `"${some.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped)}"`
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `\\u{${code.toString(16)}}`
}
