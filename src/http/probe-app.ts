import { type Handler, Hono } from 'hono'
import type { App } from './app.ts'
import type { NodeContext } from './context.ts'
import type { Health } from './health.ts'
import { healthAnswer } from './health-answer.ts'
import { requestPath } from './request-path.ts'

/** The probes alone, with their status and no more: for a port that anybody reaches. */
export function createProbeApp(health: Health): App {
  const routes: Record<string, Handler<NodeContext>> = {
    '/healthz': () => healthAnswer(health.alive(), true),
    '/ready': () => healthAnswer(health.ready(), true),
  }
  const app = new Hono<NodeContext>({
    getPath: (_request, options) => requestPath(options?.env?.incoming.url ?? ''),
  })
  for (const [path, handler] of Object.entries(routes)) app.get(path, handler)
  const paths = Object.keys(routes)
  app.notFound((c) => c.text(`Not found. There is ${paths.join(', ')}.\n`, 404))
  return { fetch: app.fetch, paths }
}
