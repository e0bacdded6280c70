import type { Reload } from './http/reload-route.ts'

/** Reads all that is followed; undefined where nothing is. */
export function reloadOf(
  followed: readonly ({ readonly reload: Reload } | undefined)[],
): Reload | undefined {
  const all = followed.flatMap((one) => (one ? [one] : []))
  if (all.length === 0) return undefined
  return async () => (await Promise.all(all.map((one) => one.reload()))).flat()
}
