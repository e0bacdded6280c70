// RFC 9112, 3.2.2: a server must accept the address in full, though only proxies need to be sent it.
const beginningOfAddress = /^https?:\/\/[^/?]*/i

/**
 * The path of a request target (RFC 9112, 3.2), as it was sent. Nothing is decoded, resolved or
 * folded: each path has one spelling, so that the route that answers is the one that is counted.
 */
export function requestPath(target: string): string {
  const inFull = !target.startsWith('/') && beginningOfAddress.test(target)
  const local = inFull ? target.replace(beginningOfAddress, '') : target
  const query = local.indexOf('?')
  const path = query < 0 ? local : local.slice(0, query)
  return inFull && path === '' ? '/' : path
}

/** What stands behind the question mark of a request target; empty where nothing does. */
export function queryOf(target: string | undefined): string {
  const query = target?.indexOf('?') ?? -1
  return query < 0 ? '' : (target ?? '').slice(query + 1)
}

/** What the paths of the pages of targets begin with. */
export const targetPagesPath = '/targets/'

/** The path of all of them, by which they are routed and counted. */
export const targetPages = `${targetPagesPath}<name>`

/** The path by which a request is routed that no other path is for. */
export function routePath(path: string): string {
  return path.startsWith(targetPagesPath) ? targetPages : path
}
