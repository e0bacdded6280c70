import type { IncomingMessage } from 'node:http'
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
    const { incoming } = c.env
    if (isOfOtherSite(incoming)) return c.text('Pages of other sites may not ask for this.\n', 403)
    if (isForm(incoming))
      return c.text('Forms may not ask for this; send it without a body.\n', 415)
    const mistakes = await reload()
    return mistakes.length === 0
      ? c.text('The files are in force.\n')
      : c.text(mistakes.map((one) => `${one}\n`).join(''), 500)
  }
}

type Asked = Pick<IncomingMessage, 'headers'>

/**
 * Whether a browser says that a page of another site asks. What is no browser says nothing of it, and
 * old browsers name the page with its host alone.
 */
function isOfOtherSite({ headers }: Asked): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host = '' } = headers
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`
}

/** Whether it is what a form sends, which browsers do for any page without asking the server first. */
function isForm({ headers }: Asked): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(
    headers['content-type']?.trim() ?? '',
  )
}
