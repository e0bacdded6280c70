/** Whether names match a pattern as CONFIG GET reads it: whatever their case, as a whole. */
export function globMatcher(pattern: string): (name: string) => boolean {
  // Names are many more than patterns, and quick.
  if (!/[*?[]/.test(pattern)) {
    const wanted = pattern.toLowerCase()
    return (name) => name.length === wanted.length && name.toLowerCase() === wanted
  }
  const source = pattern.replaceAll(/\[[^\]]*\]|[^[]/g, (part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    return part.length > 1 ? part : part.replace(/[^a-z0-9_-]/i, String.raw`\$&`)
  })
  const expression = new RegExp(`^${source}$`, 'i')
  return (name) => expression.test(name)
}

/** The same for one name. */
export function matchesGlob(pattern: string, name: string): boolean {
  return globMatcher(pattern)(name)
}
