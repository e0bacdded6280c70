import { expect, test } from 'vitest'
import type { Health, HealthReport } from '../../src/http/health.ts'
import { startHttpServer } from '../../src/http/http-server.ts'
import { createProbeApp } from '../../src/http/probe-app.ts'
import { httpRequest } from '../support/http-get.ts'

function report(ok: boolean, status: string): HealthReport {
  const since = '2026-01-01T00:00:00.000Z'
  const targets = [{ target: 'redis://secret.example:6379' }]
  return {
    ok,
    body: {
      ...{ status, since, lastTickSecondsAgo: 1, targets },
      ...{ states: undefined, reasons: undefined, sources: undefined },
    },
  }
}

test('a port for probes serves their status and nothing else', async () => {
  const health: Health = {
    alive: () => report(true, 'ok'),
    ready: () => report(false, 'waiting for the first poll'),
  }
  const answers: string[] = []
  const server = await startHttpServer({
    app: createProbeApp(health),
    addresses: [{ host: '127.0.0.1', port: 0 }],
    onAnswer: (path, code) => void answers.push(`${path} ${code}`),
    onClosed: () => undefined,
  })
  const get = (path: string) => httpRequest(`http://127.0.0.1:${server.port}${path}`)

  const alive = await get('/healthz')
  expect([alive.status, JSON.parse(alive.body)]).toEqual([
    200,
    { status: 'ok', since: '2026-01-01T00:00:00.000Z' },
  ])
  const ready = await get('/ready')
  expect([ready.status, Object.keys(JSON.parse(ready.body))]).toEqual([503, ['status', 'since']])
  for (const path of ['/', '/metrics', '/health', '/targets', '/-/reload', '//healthz'])
    expect((await get(path)).status).toBe(404)
  await server.stop(0)
  expect(answers.slice(0, 2)).toEqual(['/healthz 200', '/ready 503'])
})
