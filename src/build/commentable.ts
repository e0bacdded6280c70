import jsTokens from 'js-tokens'

const end = '*/'

/**
 * The same program, in ASCII and without anything that would end a comment. Throws where that cannot be
 * said in another way.
 */
export function commentable(program: string): string {
  const changed = [...jsTokens(inAscii(program))].map(({ type, value }) => {
    if (!value.includes(end)) return value
    if (type === 'StringLiteral') return value.replaceAll(end, '*\\/')
    return type === 'RegularExpressionLiteral' ? withoutEnd(value) : value
  })
  const text = changed.join('')
  const place = text.indexOf(end)
  if (place >= 0) throw new Error(`the program has a ${end}: ${text.slice(place - 40, place + 40)}`)
  return text
}

/** Within the pattern it stands in brackets, where the slash may have its mark. */
function withoutEnd(regularExpression: string): string {
  const last = regularExpression.lastIndexOf('/')
  const pattern = regularExpression.slice(0, last).replaceAll(end, '*\\/')
  return pattern + (pattern.endsWith('*') ? '(?:)' : '') + regularExpression.slice(last)
}

// V8 keeps a text with one letter beyond Latin-1 in two bytes for each. Where esbuild leaves such a
// letter, in a template with a tag, that is told what the escape means.
function inAscii(program: string): string {
  return program.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
