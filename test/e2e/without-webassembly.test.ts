import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { type HttpOptions, httpRequest } from '../support/http-get.ts'
import { startRedis } from '../support/redis-server.ts'

const asked: readonly (readonly [status: number, path: string, options?: HttpOptions])[] = [
  [200, '/'],
  [404, '/targets/nobody'],
  [200, '/targets'],
  [400, '/targets?state=none'],
  [200, '/sd'],
  [400, '/discover-cluster-nodes'],
  [404, '/scrape?target=nobody:1'],
  [200, '/healthz'],
  [200, '/metrics'],
  [400, '/metrics?collect[]=none'],
  [304, '/metrics', { headers: { 'If-None-Match': '*' } }],
  [304, '/', { headers: { 'If-None-Match': '*' } }],
  [404, '/nothing'],
  [400, '/metrics', { headers: { Host: 'a b' } }],
  [417, '/metrics', { headers: { Expect: 'wonders' } }],
  [413, '/metrics', { headers: { 'Transfer-Encoding': 'chunked' } }],
  [405, '/metrics', { method: 'POST' }],
  [405, '/metrics', { method: 'TRACE' }],
  ...['/', '/metrics', '/healthz', '/targets', '/sd'].map(
    (path) => [200, path, { method: 'HEAD' }] as const,
  ),
  [404, '/nothing', { method: 'HEAD' }],
  [200, '/ready'],
]

it('where WebAssembly cannot be had, whatever is asked is answered and the exporter lives', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url },
    nodeArgs: ['--jitless'],
  })
  await exporter.waitForLog('up')

  const statuses: number[] = []
  for (const [, path, options] of asked)
    statuses.push((await httpRequest(`${exporter.url}${path}`, options)).status)

  expect(statuses).toEqual(asked.map(([status]) => status))
  expect(exporter.logs()).not.toMatch(/error|fatal/i)
})
