/** Whether a name matches a pattern as CONFIG GET reads it: whatever its case, as a whole. */
export function matchesGlob(pattern: string, name: string): boolean {
  // Names are many more than patterns, and quick.
  if (!/[*?[]/.test(pattern)) return pattern.toLowerCase() === name.toLowerCase()
  const source = pattern.replaceAll(/\[[^\]]*\]|[^[]/g, (part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    return part.length > 1 ? part : part.replace(/[^a-z0-9_-]/i, String.raw`\$&`)
  })
  return new RegExp(`^${source}$`, 'i').test(name)
}
