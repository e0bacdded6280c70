import type { Context } from 'hono'
import type { NotServed } from './asked.ts'
import type { NodeContext } from './context.ts'

/** Tells whoever asked why the request cannot be served. */
export function tellWhy(
  c: Context<NodeContext>,
  { status, message, retrySeconds }: NotServed,
): Response {
  return c.text(`${message}\n`, status, {
    'Cache-Control': 'no-store',
    ...(retrySeconds === undefined ? {} : { 'Retry-After': String(retrySeconds) }),
  })
}
