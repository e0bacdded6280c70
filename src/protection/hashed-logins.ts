import type { BcryptThread } from './bcrypt-thread.ts'
import type { LoginClient, Verdict } from './judge-login.ts'
import type { KeyedDigest } from './keyed-digest.ts'
import type { GivenLogin } from './read-basic-auth.ts'
import { createTurnsByAddress, type PlaceInTurns, type TurnBounds } from './turns-by-address.ts'

export interface LoginBounds extends TurnBounds {
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
}

/** A verification that waits or runs, and how many ask for it. */
interface Asked {
  readonly place: PlaceInTurns<Verdict>
  askers: number
}

type Hashes = ReadonlyMap<string, string>

const standard: LoginBounds = { waiting: 32, waitingOfOne: 8, knownWrong: 1_000 }
const knownSuspects = 1_000
// Bcrypt sees no more of a password; so does the Go exporter.
const seenBytes = 72

/**
 * Judges logins by hashes of bcrypt. A right one is verified once and known from then on, one for each
 * user. Others wait for each other, by address, those where nobody was wrong before the others: so a
 * flood of wrong ones does not keep a right one out, known or not.
 */
export function createHashedLogins({ digest, bcrypt, onFailure, bounds }: HashedLoginOptions) {
  const { knownWrong, ...ofTurns } = { ...standard, ...bounds }
  const right = new Map<string, string>()
  const wrong = new Set<string>()
  const suspects = new Set<string>()
  const turns = createTurnsByAddress<Verdict>({
    ...ofTurns,
    isSuspect: (address) => suspects.has(address),
  })
  const all = new Map<string, Asked>()
  const usersOf = createUserTable(digest)

  function known({ user, isUser, mark }: Question): Verdict | undefined {
    if (isUser && right.get(user) === mark) return 'welcome'
    return wrong.has(mark) ? 'wrong' : undefined
  }

  async function verify(question: Question): Promise<Verdict> {
    const { user, isUser, hash, password, mark } = question
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
    }
  }

  function ask(question: Question, from: string): Asked | undefined {
    const key = `${from} ${question.mark}`
    const same = all.get(key)
    if (same) return same
    const place = turns.take(from, async () => {
      // By another address it may have been asked meanwhile.
      const verdict = known(question) ?? (await verify(question))
      if (verdict === 'wrong') remember(suspects, from, knownSuspects)
      if (verdict === 'welcome') suspects.delete(from)
      return verdict
    })
    if (!place) return undefined
    const asked = { place, askers: 0 }
    all.set(key, asked)
    void place.result.then(() => all.delete(key))
    return asked
  }

  return (given: GivenLogin, client: LoginClient, hashes: Hashes): Verdict | Promise<Verdict> => {
    const { user, isUser, hash } = usersOf(hashes)(given.user)
    const { password } = given
    const mark = digest(user, hash, password.subarray(0, seenBytes)).toString('base64')
    const question = { user, isUser, hash, password, mark }
    const verdict = known(question)
    if (verdict) return verdict
    const asked = ask(question, client.address)
    if (!asked) return 'busy'
    asked.askers += 1
    client.onGone(() => {
      asked.askers -= 1
      if (asked.askers === 0) asked.place.leave()
    })
    return asked.place.result.then((verdict) => verdict ?? 'busy')
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
