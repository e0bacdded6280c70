// SHA-256 of the style in base64; to compute it would load what encrypts at the first request of all.
const styleHash = '8VCOj47zTJz6hvGNy37auGlVm5omLsCPS2ByKlG/W+4='

/** What pages may load: their own style and icon and nothing else (Content-Security-Policy). */
export function pagePolicy(): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
}
