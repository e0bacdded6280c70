// SHA-256 of the style in base64; to compute it would load what encrypts at the first request of all.
const styleHash = 'EjzVbMAEb7VvHd2gRIlxSc1ZV6J7PWsXzCsaU+bO8/w='

/** What pages may load: their own style and icon and nothing else (Content-Security-Policy). */
export function pagePolicy(): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
}
