import type { Context } from 'hono'
import type { NotServed } from './asked.ts'
import type { NodeContext } from './context.ts'
import { notKept } from './response-headers.ts'

/** Tells whoever asked why the request cannot be served. */
export function tellWhy(
  c: Context<NodeContext>,
  { status, message, retrySeconds }: NotServed,
): Response {
  return c.text(`${message}\n`, status, {
    ...notKept,
    ...(retrySeconds === undefined ? {} : { 'Retry-After': String(retrySeconds) }),
  })
}
