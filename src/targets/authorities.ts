import { X509Certificate } from 'node:crypto'

/** What of a text in PEM is trusted. */
export interface Authorities {
  /** The certificates that can be read, each as it stands there. */
  readonly usable: readonly string[]
  /** How many cannot be, so that nobody is trusted by them. */
  readonly leftOut: number
}

// A bundle takes as long to read as to make a context of, and the start and many connections read the same one.
let last: { readonly pem: string; readonly authorities: Authorities } | undefined

/** The certificates of authorities. One that cannot be read costs itself alone, as with the Go exporter. */
export function readAuthorities(pem: string): Authorities {
  if (last?.pem !== pem) {
    const usable = pemCertificates(pem).filter(isReadable)
    last = { pem, authorities: { usable, leftOut: begunCertificates(pem) - usable.length } }
  }
  return last.authorities
}

/** The certificates of a text in PEM, each as it stands there. */
export function pemCertificates(pem: string): readonly string[] {
  return pem.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[^-]*-----END \1-----/g) ?? []
}

/** How many certificates begin in a text, be they whole or not. */
export function begunCertificates(pem: string): number {
  return pem.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g)?.length ?? 0
}

function isReadable(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}
