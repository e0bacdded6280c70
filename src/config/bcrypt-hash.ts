// What takes longer to verify than this would keep everybody waiting for half a minute.
const largestCost = 16

export const acceptedHashes = `a hash of bcrypt such as htpasswd -B prints, with a cost from 4 to ${largestCost}`

/** Whether a text is a hash of bcrypt that can be verified in a time that clients wait. */
export function isBcryptHash(text: string): boolean {
  const [, cost] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text) ?? []
  return Number(cost) >= 4 && Number(cost) <= largestCost
}
