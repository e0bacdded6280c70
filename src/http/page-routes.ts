import { crc32 } from 'node:zlib'
import type { Context, Handler } from 'hono'
import type { NotServed } from './asked.ts'
import type { NodeContext } from './context.ts'
import type { PageLinks, PageSource } from './pages/page-source.ts'
import { queryOf, requestPath, targetPagesPath } from './request-path.ts'
import { matches } from './send-metrics.ts'

/** Finds what is called so, or tells why it is not served. */
export type FindPage = (name: string) => { readonly name: string } | NotServed

export interface PageRoutes {
  readonly overview: Handler<NodeContext>
  readonly target: Handler<NodeContext>
}

/** All that renders; loaded when somebody looks for the first time. */
type Pages = typeof import('./pages/pages.ts')

/** What was made for one view, for whoever looks at the same within a second. */
interface Made {
  readonly at: number
  readonly status: 200 | 404
  readonly body: Promise<Buffer>
}

const freshMilliseconds = 1000
/** Views that are held at a time: what more than so many look at is made for each. */
const mostViews = 32

/** `/` and `/targets/<name>`: each view is made at most once a second, however many look. */
export function pageRoutes(source: PageSource, links: PageLinks, find: FindPage): PageRoutes {
  const views = new Map<string, Made>()
  let loading: Promise<Pages> | undefined
  const refreshSeconds = Math.max(1, Math.round(source.config.pollInterval / 1e3))
  const load = () => {
    loading ??= import('./pages/pages.ts')
    return loading
  }

  function viewOf(key: string, status: Made['status'], make: () => Promise<string>): Made {
    const now = source.clock.monotonic()
    const known = views.get(key)
    if (known && now - known.at < freshMilliseconds) return known
    // The oldest come first.
    for (const [other, { at }] of views)
      if (now - at >= freshMilliseconds || views.size >= mostViews) views.delete(other)
      else break
    const made = { at: now, status, body: make().then((text) => Buffer.from(text)) }
    views.delete(key)
    views.set(key, made)
    return made
  }

  async function send(
    c: Context<NodeContext>,
    { status, body }: Made,
    refreshes: boolean,
  ): Promise<Response> {
    const bytes = await body
    const tag = `W/"${crc32(bytes).toString(16)}-${bytes.length}"`
    const headers = {
      ETag: tag,
      ...(refreshes && status === 200 ? { Refresh: String(refreshSeconds) } : {}),
    }
    if (status === 200 && matches(c.env.incoming.headers['if-none-match'], tag))
      return c.body(null, 304, headers)
    return c.body(new Uint8Array(bytes), status, {
      ...headers,
      'Content-Type': 'text/html; charset=UTF-8',
      'Content-Length': String(bytes.length),
    })
  }

  async function overview(c: Context<NodeContext>): Promise<Response> {
    const { overviewHref, readOverviewQuery, renderOverview } = await load()
    const query = readOverviewQuery(queryOf(c.env.incoming.url))
    const view = viewOf(overviewHref(query), 200, () => renderOverview(source, links, query))
    return send(c, view, query.refreshes)
  }

  async function target(c: Context<NodeContext>): Promise<Response> {
    const { renderMissing, renderTarget } = await load()
    const { url = '' } = c.env.incoming
    const parameters = new URLSearchParams(queryOf(url))
    const refreshes = parameters.get('refresh') !== 'off'
    const found = find(nameIn(requestPath(url)) || (parameters.get('name') ?? ''))
    const state = 'name' in found && source.store.state(found.name)
    if (!state) {
      const message = 'message' in found ? found.message : 'The target is watched no more.'
      return send(
        c,
        viewOf(`missing ${message}`, 404, () => renderMissing(source, links, message)),
        refreshes,
      )
    }
    const key = `${refreshes} ${state.target}`
    const view = viewOf(key, 200, () => renderTarget(source, links, state, { refreshes }))
    return send(c, view, refreshes)
  }

  return { overview, target }
}

/** The name of a target in a path; empty where it holds none that can be read. */
function nameIn(path: string): string {
  try {
    return decodeURIComponent(path.slice(targetPagesPath.length))
  } catch {
    return ''
  }
}
