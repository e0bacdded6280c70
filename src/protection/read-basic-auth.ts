/** What somebody gives to log in; the password is kept as the bytes that were sent. */
export interface GivenLogin {
  readonly user: string
  readonly password: Buffer
}

/** Reads the value of an Authorization header (RFC 7617); undefined where it is none of this kind. */
export function readBasicAuth(header: string | undefined): GivenLogin | undefined {
  const [, encoded] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header ?? '') ?? []
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  const colon = bytes.indexOf(':')
  if (colon < 0) return undefined
  // Names that are no UTF-8 are names of nobody.
  return { user: bytes.subarray(0, colon).toString('utf8'), password: bytes.subarray(colon + 1) }
}
