import type { Handler } from 'hono'
import type { NodeContext } from './context.ts'

/** As with Prometheus. */
export const reloadPath = '/-/reload'
export const reloadMethods = ['POST', 'PUT']

/** Reads the files that are followed now; resolves with what is wrong with them. */
export type Reload = () => Promise<readonly string[]>

/** 200 when the files are in force as they stand, 500 with what is wrong with them otherwise. */
export function reloadRoute(reload: Reload): Handler<NodeContext> {
  return async (c) => {
    const mistakes = await reload()
    const headers = { 'Cache-Control': 'no-store' }
    return mistakes.length === 0
      ? c.text('The files are in force.\n', 200, headers)
      : c.text(mistakes.map((one) => `${one}\n`).join(''), 500, headers)
  }
}
