import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { JudgeLogin, Verdict } from '../protection/judge-login.ts'
import type { Users } from '../protection/port-settings.ts'
import type { App } from './app.ts'
import { requestPath } from './request-path.ts'
import { notKept } from './response-headers.ts'

/** What a request may see: all, or of the probes no more than a stranger needs; or why it may not. */
export type Admission = Verdict | 'stranger'

/** Judges a request before any route sees it. */
export type Gate = (
  request: IncomingMessage,
  response: Pick<ServerResponse, 'once'>,
) => Admission | Promise<Admission>

export interface GateOptions {
  /** Undefined where nobody has to log in. */
  readonly users: () => Users | undefined
  readonly judge: JudgeLogin
  /** Whether the probes too ask for the login. */
  readonly protectProbes: boolean
}

const probes: readonly string[] = ['/healthz', '/ready']

/** Whoever asks for a probe is a stranger, whatever it shows: a probe never waits for a verification. */
export function createGate({ users, judge, protectProbes }: GateOptions): Gate {
  return ({ url = '', headers, socket }, response) => {
    const all = users()
    if (!all) return 'welcome'
    if (!protectProbes && probes.includes(requestPath(url))) return 'stranger'
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
      admission === 'wrong' || admission === 'busy'
        ? turnAway(admission)
        : fetch(request, { ...env, isStranger: admission === 'stranger' })
    const admission = gate(env.incoming as IncomingMessage, env.outgoing as ServerResponse)
    return typeof admission === 'string' ? pass(admission) : admission.then(pass)
  }
}

function turnAway(verdict: 'wrong' | 'busy'): Response {
  const common = {
    'Content-Type': 'text/plain; charset=utf-8',
    ...notKept,
  }
  return verdict === 'wrong'
    ? new Response('Unauthorized\n', {
        status: 401,
        headers: { ...common, 'WWW-Authenticate': 'Basic realm="redis-exporter", charset="UTF-8"' },
      })
    : new Response('Too many logins are being verified; try again.\n', {
        status: 429,
        headers: { ...common, 'Retry-After': '1' },
      })
}
