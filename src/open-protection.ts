import type { Clock } from './clock.ts'
import type { Config } from './config/read-config.ts'
import type { Protection } from './http/http-server.ts'
import type { RefusedClient } from './http/refused-client.ts'
import type { Log } from './log.ts'
import type { PortMetrics } from './metrics/port-metrics.ts'
import type { Port } from './protection/open-port.ts'
import { createSeldom } from './seldom.ts'

export interface OpenedProtection {
  /** Undefined where nothing protects our own port. */
  readonly protection: (Protection & { readonly port: Port }) | undefined
  /** Why we cannot start. */
  readonly mistakes: readonly string[]
}

/** Whether the configuration asks for anything that protects our own port. */
export function isProtected(config: Config): boolean {
  const { webConfigFile, tlsServerCertificateFile, basicAuthUsername } = config
  return Boolean(webConfigFile || tlsServerCertificateFile || basicAuthUsername)
}

/** Opens what protects our own port. It is loaded by who asks for it alone: TLS and bcrypt take their time. */
export async function openProtection(
  config: Config,
  metrics: Pick<PortMetrics, 'clientRefused'>,
  clock: Clock,
  log: Log,
): Promise<OpenedProtection> {
  if (!isProtected(config)) return { protection: undefined, mistakes: [] }
  const { openPort } = await import('./protection/open-port.ts')
  const opened = await openPort({ settings: config, clock, log })
  if ('mistakes' in opened) return { protection: undefined, mistakes: opened.mistakes }
  const { createJudge } = await import('./protection/judge-login.ts')
  const { createBcryptThread } = await import('./protection/bcrypt-thread.ts')
  const seldom = createSeldom(clock)
  const judge = createJudge({
    bcrypt: createBcryptThread(),
    onFailure(err) {
      if (seldom('login') !== undefined) log.error({ err }, 'a login could not be verified')
    },
  })
  const { protectProbes } = config
  function onRefused({ reason, ...client }: RefusedClient): void {
    metrics.clientRefused(reason)
    const unsaid = seldom(reason)
    if (unsaid === undefined) return
    const more = unsaid > 0 ? { more: unsaid } : {}
    log.warn({ reason, ...client, ...more }, 'a client did not get through the handshake of TLS')
  }
  return { protection: { port: opened.port, judge, protectProbes, onRefused }, mistakes: [] }
}

/** What the log tells of it; of a port that nothing protects nothing. */
export function shownProtection(port: Port | undefined) {
  const { tls, users } = port?.current() ?? {}
  return { ...(tls ? { tls: true } : {}), ...(users ? { login: true } : {}) }
}
