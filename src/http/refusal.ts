import type { Context } from 'hono'
import type { Refusal } from './asked.ts'
import type { NodeContext } from './context.ts'

/** Tells whoever asked why the request cannot be served. */
export function refuse(c: Context<NodeContext>, { status, message }: Refusal): Response {
  return c.text(`${message}\n`, status, { 'Cache-Control': 'no-store' })
}
