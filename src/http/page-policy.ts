// SHA-256 of the style in base64; to compute it would load what encrypts at the first request of all.
const styleHash = '/tB9Ts5ablOra8KRarIG9zmNMlPV4AVsces+u5xuZPE='

/** What pages may load: their own style and icon and nothing else (Content-Security-Policy). */
export function pagePolicy(): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
}
