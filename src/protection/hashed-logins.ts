import type { BcryptThread } from './bcrypt-thread.ts'
import type { Verdict } from './judge-login.ts'
import type { KeyedDigest } from './keyed-digest.ts'
import type { GivenLogin } from './read-basic-auth.ts'

export interface LoginBounds {
  /** Verifications that wait or run, of all clients. */
  readonly waiting: number
  /** The same of one address, so that who floods fills no more than a part of it. */
  readonly waitingOfOne: number
  /** Wrong logins that are known as such without another verification. */
  readonly knownWrong: number
}

interface HashedLoginOptions {
  readonly digest: KeyedDigest
  readonly bcrypt: Pick<BcryptThread, 'compare'>
  readonly onFailure: (failure: unknown) => void
  readonly bounds?: Partial<LoginBounds>
}

/** What is to be verified: a password against a hash, for a user who is there or not. */
interface Question {
  readonly user: string
  readonly isUser: boolean
  readonly hash: string
  readonly password: Buffer
  /** Stands for all of that. */
  readonly mark: string
  readonly from: string
}

type Hashes = ReadonlyMap<string, string>

const standard: LoginBounds = { waiting: 32, waitingOfOne: 8, knownWrong: 1_000 }
// Bcrypt sees no more of a password; so does the Go exporter.
const seenBytes = 72

/**
 * Judges logins by hashes of bcrypt. A right one is verified once and known from then on, one for each
 * user; so a flood of wrong ones, which wait for each other, does not delay it.
 */
export function createHashedLogins({ digest, bcrypt, onFailure, bounds }: HashedLoginOptions) {
  const { waiting, waitingOfOne, knownWrong } = { ...standard, ...bounds }
  const right = new Map<string, string>()
  const wrong = new Set<string>()
  const underWay = new Map<string, Promise<Verdict>>()
  const shares = new Map<string, number>()
  const usersOf = createUserTable(digest)

  async function verify(question: Question): Promise<Verdict> {
    const { user, isUser, hash, password, mark, from } = question
    shares.set(from, (shares.get(from) ?? 0) + 1)
    try {
      const text = password.toString('utf8')
      const isRight = await bcrypt.compare(text, hash)
      // Of bytes that are no UTF-8 another text is made, which may be a password of somebody.
      const isWelcome = isRight && isUser && Buffer.from(text).equals(password)
      if (isWelcome) right.set(user, mark)
      else remember(wrong, mark, knownWrong)
      return isWelcome ? 'welcome' : 'wrong'
    } catch (failure) {
      onFailure(failure)
      return 'busy'
    } finally {
      underWay.delete(mark)
      const left = (shares.get(from) ?? 1) - 1
      if (left > 0) shares.set(from, left)
      else shares.delete(from)
    }
  }

  return (given: GivenLogin, from: string, hashes: Hashes): Verdict | Promise<Verdict> => {
    const { user, isUser, hash } = usersOf(hashes)(given.user)
    const { password } = given
    const mark = digest(user, hash, password.subarray(0, seenBytes)).toString('base64')
    if (isUser && right.get(user) === mark) return 'welcome'
    if (wrong.has(mark)) return 'wrong'
    const same = underWay.get(mark)
    if (same) return same
    if (underWay.size >= waiting || (shares.get(from) ?? 0) >= waitingOfOne) return 'busy'
    const verdict = verify({ user, isUser, hash, password, mark, from })
    underWay.set(mark, verdict)
    return verdict
  }
}

/** Looks users up by digests of their names: the time that takes says nothing of the names. */
function createUserTable(digest: KeyedDigest) {
  const markOf = (name: string) => digest(name).toString('base64')
  let made: { hashes: Hashes; all: readonly string[]; byMark: Hashes } | undefined
  return (hashes: Hashes) => {
    if (made?.hashes !== hashes) {
      const byMark = new Map([...hashes].map(([name, hash]) => [markOf(name), hash]))
      made = { hashes, all: [...hashes.values()], byMark }
    }
    const { all, byMark } = made
    return (name: string) => {
      const user = markOf(name)
      const hash = byMark.get(user)
      // Each name that there is not has always the same hash, and its cost, as if it were there.
      const decoy = all[digest(user).readUInt32LE() % all.length] ?? ''
      return { user, isUser: hash !== undefined, hash: hash ?? decoy }
    }
  }
}

function remember(all: Set<string>, one: string, most: number): void {
  all.add(one)
  const [oldest] = all
  if (all.size > most && oldest !== undefined) all.delete(oldest)
}
