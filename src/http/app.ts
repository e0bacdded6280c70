import { type Handler, Hono } from 'hono'
import type { Log } from '../log.ts'
import { isOursOn } from '../targets/shard.ts'
import { type AskedOptions, createAsked } from './asked.ts'
import type { NodeContext } from './context.ts'
import {
  type ClusterNodesOf,
  clusterNodesRoute,
  type ServiceDiscoveryOptions,
  scrapePath,
  serviceDiscoveryRoute,
} from './discovery-routes.ts'
import type { Health, HealthReport } from './health.ts'
import { healthAnswer } from './health-answer.ts'
import { type MetricsSource, metricsRoute } from './metrics-route.ts'
import { type FindPage, pageRoutes } from './page-routes.ts'
import type { PageSource } from './pages/page-source.ts'
import { type Reload, reloadMethods, reloadPath, reloadRoute } from './reload-route.ts'
import { requestPath, routePath, targetPages } from './request-path.ts'
import { notKept } from './response-headers.ts'
import { type ScrapeOptions, scrapeRoute } from './scrape-route.ts'
import { type TargetsOptions, targetsRoute } from './targets-route.ts'

export interface AppOptions {
  readonly metricsPath: string
  readonly metrics: MetricsSource
  readonly health: Health
  readonly page: PageSource
  /** What is served of targets one by one. */
  readonly targets?: TargetRoutes
  /** Where it may be asked for over HTTP. */
  readonly reload?: Reload
  readonly log: Log
}

export interface TargetRoutes
  extends AskedOptions,
    TargetsOptions,
    ServiceDiscoveryOptions,
    Omit<ScrapeOptions, 'asked' | 'store'> {
  readonly clusterNodes: ClusterNodesOf
  /** Without it, there is no /scrape, nor what would lead there. */
  readonly scrapeEndpoint: boolean
}

export interface App {
  readonly fetch: Hono<NodeContext>['fetch']
  /** The paths that exist: the request counter knows no others, so that nobody can add series. */
  readonly paths: readonly string[]
  /** Where the metrics are, whose responses carry by themselves what every response does. */
  readonly metricsPath?: string
}

const targetsPath = '/targets'

/** All routes. They answer from memory; none of them can wait for Redis. */
export function createApp(options: AppOptions): App {
  const { metricsPath, metrics, health, page, targets, reload, log } = options
  const asked = targets && createAsked(targets)
  const joined = targets && asked && { ...targets, asked }
  const serveMetrics = metricsRoute(metrics, joined)
  const pages = pageRoutes(
    page,
    { metricsPath, targetsPath: targets && targetsPath },
    pageFinder(targets),
  )
  const routes: Record<string, Handler<NodeContext>> = {
    '/': pages.overview,
    '/healthz': answer(health.alive),
    '/health': answer(health.alive),
    '/ready': answer(health.ready),
    [metricsPath]: serveMetrics,
    ...(targets ? { [targetsPath]: targetsRoute(targets), [targetPages]: pages.target } : {}),
    ...(joined?.scrapeEndpoint
      ? {
          [scrapePath]: scrapeRoute({ ...joined, store: metrics.store }),
          '/sd': serviceDiscoveryRoute(joined, metricsPath),
        }
      : {}),
    ...(targets
      ? {
          '/discover-cluster-nodes': clusterNodesRoute(
            targets.clusterNodes,
            isOursOn(targets.shard),
          ),
        }
      : {}),
  }
  // Whoever gave it one of the other paths wants the metrics there.
  routes[metricsPath] = serveMetrics
  // To look for a text that was made before is faster than for one that has just come.
  const known = new Map(Object.keys(routes).map((path) => [path, path]))
  const app = new Hono<NodeContext>({
    // The path that Hono takes is decoded and resolved: other spellings of a path would be that path.
    getPath(_request, options) {
      const path = requestPath(options?.env?.incoming.url ?? '')
      return known.get(path) ?? routePath(path)
    },
  })
  for (const [path, handler] of Object.entries(routes)) app.get(path, handler)
  if (reload) app.on(reloadMethods, reloadPath, reloadRoute(reload))
  // One handler for each path, because Hono takes a slower way where a second one could match.
  app.notFound((c) => {
    if (Object.hasOwn(routes, c.req.path))
      return c.text('Method not allowed; use GET or HEAD.\n', 405, { Allow: 'GET, HEAD' })
    if (reload && c.req.path === reloadPath)
      return c.text('Method not allowed; use POST.\n', 405, { Allow: reloadMethods.join(', ') })
    return c.text(`Not found. There is ${Object.keys(routes).join(', ')}.\n`, 404)
  })
  app.onError((err, c) => {
    log.error({ err }, 'a request failed')
    return c.text('Internal error; the log of the exporter says more.\n', 500, notKept)
  })
  // It puts its matchers together at the first question: now, while nobody waits.
  app.router.match('GET', metricsPath)
  const paths = [...Object.keys(routes), ...(reload ? [reloadPath] : [])]
  return { fetch: app.fetch, paths, metricsPath }
}

/** To look at a target begins to watch none. */
function pageFinder(targets: TargetRoutes | undefined): FindPage {
  const asked = targets && createAsked({ ...targets, onDemand: undefined })
  const unknown = { status: 404, message: 'No such target is watched.' } as const
  return (name) => asked?.oneTarget(new URLSearchParams({ target: name }).toString()) ?? unknown
}

function answer(report: () => HealthReport): Handler<NodeContext> {
  return (c) => healthAnswer(report(), c.env.isStranger)
}
