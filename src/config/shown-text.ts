const mostCharacters = 200

/**
 * What somebody gave, in quotes, for a message: no longer than a line or two, without characters that
 * break lines or that nobody sees, and without the user and the password of an address.
 */
export function shownText(text: string): string {
  const safe = withoutCredentials(text)
  const some = safe.length > mostCharacters ? `${safe.slice(0, mostCharacters)}…` : safe
  return `"${some.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped)}"`
}

/**
 * The path of a file that holds a secret, in quotes, where it plainly is a path: else it may be that
 * secret, or all that the file should hold.
 */
export function shownPath(path: string): string {
  const isPlain = inFolders.test(path) && (inUsualFolder.test(path) || hasUsualEnding.test(path))
  return isPlain ? shownText(path) : 'the file'
}

// The names are too short for most keys that programs make.
const inFolders = /^(?:\.{0,2}\/)?(?:[\w.-]{1,40}\/)*[\w.-]{1,40}$/
const inUsualFolder =
  /^\/(?:app|certs?|config|data|etc|home|mnt|opt|root|run|secrets?|srv|tmp|usr|var|vault)\//
const hasUsualEnding = /\.(?:cer|crt|json|key|pem|txt|ya?ml)$/

function withoutCredentials(text: string): string {
  const at = text.lastIndexOf('@')
  if (!text.slice(0, Math.max(at, 0)).includes(':')) return text
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text) ?? []
  return `${scheme}[secret]${text.slice(at)}`
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `\\u{${code.toString(16)}}`
}
