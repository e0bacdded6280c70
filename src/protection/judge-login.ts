import { timingSafeEqual } from 'node:crypto'
import type { BcryptThread } from './bcrypt-thread.ts'
import { createHashedLogins, type LoginBounds } from './hashed-logins.ts'
import { createKeyedDigest } from './keyed-digest.ts'
import type { Users } from './port-settings.ts'
import { readBasicAuth } from './read-basic-auth.ts'

/** Whether somebody may come in: `busy` where it cannot be found out now. */
export type Verdict = 'welcome' | 'wrong' | 'busy'

/** Who asks. */
export interface LoginClient {
  readonly address: string
  /** Calls the listener when nobody waits for the verdict any more. */
  onGone(listener: () => void): void
}

/**
 * Judges the value of an Authorization header of a client, at once where no bcrypt is
 * needed: for a plain password, and for what has been verified before.
 */
export type JudgeLogin = (
  header: string | undefined,
  client: LoginClient,
  users: Users,
) => Verdict | Promise<Verdict>

export interface LoginOptions {
  readonly bcrypt: Pick<BcryptThread, 'compare'>
  /** A verification could not be made. */
  readonly onFailure: (failure: unknown) => void
  readonly bounds?: Partial<LoginBounds>
}

/**
 * What is compared are keyed digests, in the same time whatever they are of, and no password is kept:
 * the one of a user that there is not is compared as well.
 */
export function createJudge(options: LoginOptions): JudgeLogin {
  const digest = createKeyedDigest()
  const judgeHashed = createHashedLogins({ ...options, digest })
  return (header, client, users) => {
    const given = readBasicAuth(header)
    if (!given) return 'wrong'
    if (users.kind === 'hashed') return judgeHashed(given, client, users.hashes)
    const isUser = timingSafeEqual(digest(users.user), digest(given.user))
    const isPassword = timingSafeEqual(digest(users.password.reveal()), digest(given.password))
    return isUser && isPassword ? 'welcome' : 'wrong'
  }
}
