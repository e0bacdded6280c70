import { createHmac, randomBytes } from 'node:crypto'

/** A digest of texts that tells nothing outside this process, and whether two are the same inside. */
export type KeyedDigest = (...parts: readonly (string | Buffer)[]) => Buffer

export function createKeyedDigest(): KeyedDigest {
  const key = randomBytes(32)
  return (...parts) => {
    const hmac = createHmac('sha256', key)
    // With their lengths, so that no two lists of parts make one text.
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)} `).update(part)
    return hmac.digest()
  }
}
