import type { Context } from 'hono'
import { inSlices } from '../yielding.ts'
import type { NodeContext } from './context.ts'

/** Sends a list as JSON, one element a line, written in slices: it may be of thousands. */
export async function sendList(
  c: Context<NodeContext>,
  elements: Iterable<unknown>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const lines: string[] = []
  await inSlices(elements, (one) => lines.push(JSON.stringify(one)))
  const text = lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`
  return c.body(text, 200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers,
  })
}
