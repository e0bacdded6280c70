import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { JudgeLogin, Verdict } from '../protection/judge-login.ts'
import type { Users } from '../protection/port-settings.ts'
import { createTokenBucket, type RateLimit } from '../protection/rate-limit.ts'
import type { App } from './app.ts'
import { requestPath } from './request-path.ts'
import { notKept } from './response-headers.ts'

/** What a request may see: all, or of the probes no more than a stranger needs; or why it may not. */
export type Admission = Verdict | 'stranger' | TooMany

/** One request more than may come. */
interface TooMany {
  readonly retryMilliseconds: number
}

/** Judges a request before any route sees it. */
export type Gate = (
  request: IncomingMessage,
  response: Pick<ServerResponse, 'once'>,
) => Admission | Promise<Admission>

export interface GateOptions {
  /** Undefined where nobody has to log in. */
  readonly users: () => Users | undefined
  readonly judge: JudgeLogin
  /** Undefined where there is no limit to requests. */
  readonly limit: () => RateLimit | undefined
  /** Whether the probes too ask for the login. */
  readonly protectProbes: boolean
}

const probes: readonly string[] = ['/healthz', '/ready']

/**
 * Whoever asks for a probe is a stranger, whatever it shows: a probe never waits for a verification. The
 * limit is not for probes, since a flood would have us restarted.
 */
export function createGate({ users, judge, limit, protectProbes }: GateOptions): Gate {
  const takeToken = createTokenBucket(limit)
  return ({ url = '', headers, socket }, response) => {
    const isProbe = probes.includes(requestPath(url))
    const retryMilliseconds = isProbe ? undefined : takeToken()
    if (retryMilliseconds !== undefined) return { retryMilliseconds }
    const all = users()
    if (!all) return 'welcome'
    if (!protectProbes && isProbe) return 'stranger'
    const client = {
      address: sender(socket.remoteAddress ?? ''),
      onGone: (listener: () => void) => void response.once('close', listener),
    }
    return judge(headers.authorization, client, all)
  }
}

// Of IPv6 everybody has as many addresses as he likes, with one beginning.
function sender(address: string): string {
  const isIpv6 = address.includes(':') && !address.startsWith('::ffff:')
  return isIpv6 ? address.split(':').slice(0, 4).join(':') : address
}

/** Answers as the routes do, to whoever is admitted. */
export function behindGate({ fetch }: Pick<App, 'fetch'>, gate: Gate | undefined) {
  return (request: Request, env: HttpBindings): Response | Promise<Response> => {
    if (!gate) return fetch(request, env)
    const pass = (admission: Admission) =>
      admission === 'welcome' || admission === 'stranger'
        ? fetch(request, { ...env, isStranger: admission === 'stranger' })
        : turnAway(admission)
    const admission = gate(env.incoming as IncomingMessage, env.outgoing as ServerResponse)
    return admission instanceof Promise ? admission.then(pass) : pass(admission)
  }
}

function turnAway(why: 'wrong' | 'busy' | TooMany): Response {
  if (why === 'wrong')
    return refusal(401, 'Unauthorized', {
      'WWW-Authenticate': 'Basic realm="redis-exporter", charset="UTF-8"',
    })
  if (why === 'busy')
    return refusal(429, 'Too many logins are being verified; try again.', { 'Retry-After': '1' })
  const seconds = Math.max(1, Math.ceil(why.retryMilliseconds / 1e3))
  return refusal(429, 'Too many requests come; try again.', { 'Retry-After': `${seconds}` })
}

function refusal(status: number, what: string, headers: Readonly<Record<string, string>>) {
  const common = { 'Content-Type': 'text/plain; charset=utf-8', ...notKept }
  return new Response(`${what}\n`, { status, headers: { ...common, ...headers } })
}
