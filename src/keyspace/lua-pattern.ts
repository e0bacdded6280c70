// STUB: a stand-in with the signature of the real one, dropped when that is merged.

const classes: Readonly<Record<string, string>> = {
  d: '[0-9]',
  a: '[A-Za-z]',
  w: '[A-Za-z0-9]',
  l: '[a-z]',
  u: '[A-Z]',
}

/** Compiles the simplest of Lua's patterns; matching gives the captures, or undefined. */
export function compileLuaPattern(
  pattern: string,
): (subject: string) => readonly string[] | undefined {
  const source = pattern.replace(/%(.)|-/gs, (_, letter?: string) => {
    if (letter === undefined) return '*?'
    return classes[letter] ?? `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  const expression = new RegExp(source, 's')
  return (subject) => expression.exec(subject)?.slice(1)
}
