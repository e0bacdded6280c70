import type { HealthReport } from './health.ts'

/** A report as a response; what the targets are is nothing for strangers. */
export function healthAnswer({ ok, body }: HealthReport, isStranger = false): Response {
  const shown = isStranger ? { status: body.status, since: body.since } : body
  const text = `${JSON.stringify(shown, null, 2)}\n`
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
  }
  // Not by way of Hono, which would make an object of the headers.
  return new Response(text, { status: ok ? 200 : 503, headers })
}
