import { type Address, formatEndpoint, parseAddress } from './address.ts'
import { addressHint, isList } from './address-hint.ts'
import { identityOf } from './one-spelling.ts'

/** Reads one address, or several with commas between them; undefined where any of them is none. */
export function parseAddresses(text: string): readonly Address[] | undefined {
  if (mistakeOfList(text)) return undefined
  const all = addressTexts(text).map(parseAddress)
  return all.every((one) => one !== undefined) ? all : undefined
}

/** What is wrong with a text that `parseAddresses` does not take, without showing anything of it. */
export function addressesHint(text: string): string | undefined {
  const mistake = mistakeOfList(text)
  if (mistake) return mistake
  const texts = addressTexts(text)
  const bad = texts.findIndex((one) => parseAddress(one) === undefined)
  const why = addressHint(texts[bad] ?? '')
  if (texts.length === 1) return why
  return `of its addresses, number ${bad + 1} is none${why ? `: ${why}` : ''}`
}

/**
 * What is wrong with addresses that stand beside each other, to follow "give"; undefined where
 * nothing is. The same one may stand there twice, as in lists that programs make.
 */
export function addressClash(addresses: readonly Address[]): string | undefined {
  const first = new Map<string, Address>()
  for (const one of addresses) {
    const identity = identityOf(one.endpoint)
    const known = first.get(identity) ?? one
    first.set(identity, known)
    if (!isSame(known, one))
      return `${formatEndpoint(one.endpoint)} is given twice, with different databases, users or passwords; give it once`
  }
  return undefined
}

/** Each address once. */
export function withoutRepeated(addresses: readonly Address[]): readonly Address[] {
  const first = new Map<string, Address>()
  for (const one of addresses) {
    const identity = identityOf(one.endpoint)
    if (!first.has(identity)) first.set(identity, one)
  }
  return [...first.values()]
}

// A password that was put in as it is may hold commas.
function addressTexts(text: string): readonly string[] {
  return isList(text) ? text.split(',').map((one) => one.trim()) : [text]
}

function mistakeOfList(text: string): string | undefined {
  if (!isList(text)) return undefined
  const texts = addressTexts(text)
  if (texts.includes('')) return 'one of its addresses is empty'
  const isUnclear = texts.some(
    (one, index) => index > 0 && !hasScheme(one) && (one.includes('@') || isUnix(texts[index - 1])),
  )
  return isUnclear ? unclear : undefined
}

// Else a part of a password would be taken for the address of a server.
const unclear =
  'it is not clear where its addresses begin; behind a comma one with a user, a password or a path begins with its scheme, and a comma in a password is written %2C'

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

function isUnix(text = ''): boolean {
  return /^unix:/i.test(text)
}

function isSame(one: Address, other: Address): boolean {
  const parts = ({ database, credentials: { user, password } }: Address) =>
    JSON.stringify([database, user, password?.reveal()])
  return parts(one) === parts(other)
}
