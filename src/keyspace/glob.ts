/** Whether a key matches a pattern as Redis matches it. Both are binary strings. */
export function compileGlob(pattern: string): (key: string) => boolean {
  const source = pattern.replace(/\[(\^?)([^\]]*)\]|[\s\S]/g, (part, not, set) => {
    if (set !== undefined) return `[${not}${set}]`
    if (part === '*') return '[^]*'
    return part === '?' ? '[^]' : part.replace(/[$()*+./?[\\\]^{|}-]/, '\\$&')
  })
  const expression = new RegExp(`^${source}$`)
  return (key) => expression.test(key)
}

/** Whether a pattern may match more than the one key that is written like it. */
export function hasWildcard(pattern: string): boolean {
  return /[?*[\]^]/.test(pattern)
}
