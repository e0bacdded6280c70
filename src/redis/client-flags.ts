/**
 * What the letters of `flags=` in CLIENT LIST stand for. A client may have several.
 * Source: https://redis.io/docs/latest/commands/client-list/, https://valkey.io/commands/client-list/
 */
const meanings: Readonly<Record<string, string>> = {
  A: 'close_asap',
  B: 'tracking_broadcast',
  I: 'import_source',
  M: 'master',
  N: 'normal',
  O: 'monitor',
  P: 'pubsub',
  R: 'tracking_broken_redirection',
  S: 'replica',
  T: 'no_touch',
  U: 'unix_socket',
  b: 'blocked',
  c: 'close_after_reply',
  d: 'dirty_watch',
  e: 'no_evict',
  r: 'cluster_readonly',
  t: 'tracking',
  u: 'unblocked',
  x: 'multi',
}

export const knownFlags: readonly string[] = Object.values(meanings)

/** The flags of a client by name, each once; those that we do not know are `other`. */
export function clientFlags(letters: string): ReadonlySet<string> {
  return new Set([...letters].map((letter) => meanings[letter] ?? 'other'))
}
