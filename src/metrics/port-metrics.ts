import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'
import type { FileState } from './targets-file-metrics.ts'

/** The exporter's metrics about what protects its own port; they exist with that alone. */
export const portMetrics = {
  success: gauge(
    'exporter_web_config_last_reload_successful',
    'Whether the files that protect the port are in force as they stand: 0 while they have mistakes or cannot be read (the exporter)',
  ),
  timestamp: gauge(
    'exporter_web_config_last_reload_success_timestamp_seconds',
    'When these files were last read without a mistake, in seconds since 1970 (the exporter)',
  ),
  expiry: gauge(
    'exporter_web_certificate_expiry_timestamp_seconds',
    'When a certificate in use on the port expires, in seconds since 1970; use is server, with the chain, or client_ca (the exporter)',
    ['use', 'serial'],
  ),
  refused: counter(
    'exporter_tls_clients_refused_total',
    'Clients that did not get through the handshake of TLS: theirs was no certificate, a bad or expired one or one without an allowed name; they did not accept ours; they had no version or cipher suite in common with us; what they sent was no TLS, or came too late (the exporter)',
    ['reason'],
  ),
} satisfies Record<string, Metric>

/** Why a client did not get through the handshake. */
export const tlsRefusals = [
  ...(['no_certificate', 'bad_certificate', 'expired', 'name', 'our_certificate'] as const),
  ...(['version', 'cipher', 'not_tls', 'timeout', 'other'] as const),
] as const

export type TlsRefusal = (typeof tlsRefusals)[number]

/** A certificate in use; times in milliseconds since 1970. */
export interface CertificateInUse {
  readonly use: string
  readonly serial: string
  readonly expires: number
}

export interface PortMetrics extends Rendered {
  tell(state: FileState, certificates: readonly CertificateInUse[]): void
  clientRefused(reason: TlsRefusal): void
}

export function createPortMetrics(namespace: string): PortMetrics {
  const held = holdMetrics(namespace)
  const success = held.gauge(portMetrics.success)
  const timestamp = held.gauge(portMetrics.timestamp)
  const expiry = held.gauge(portMetrics.expiry)
  const refused = held.counter(portMetrics.refused)
  for (const reason of tlsRefusals) refused.inc({ reason }, 0)
  return {
    render: held.render,
    tell({ failure, lastSuccess }, certificates) {
      success.set(failure === undefined ? 1 : 0)
      if (lastSuccess !== undefined) timestamp.set(lastSuccess / 1e3)
      expiry.reset()
      for (const { use, serial, expires } of certificates)
        expiry.set({ use, serial }, expires / 1e3)
    },
    clientRefused: (reason) => refused.inc({ reason }),
  }
}
