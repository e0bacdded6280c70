import type { LoginBounds } from '../../src/protection/hashed-logins.ts'
import { createJudge } from '../../src/protection/judge-login.ts'
import type { Users } from '../../src/protection/port-settings.ts'
import { basic } from './basic-login.ts'

export const aliceHash = 'hash of alice'
export const bobHash = 'hash of bob'
const users: Users = {
  kind: 'hashed',
  hashes: new Map([
    ['alice', aliceHash],
    ['bob', bobHash],
  ]),
}

/** A client that stays. */
export const here = { address: 'here', onGone: () => undefined }

/** Logins for which the password of each hash is "right", answered when the test says so. */
export function logins(bounds: Partial<LoginBounds> = {}) {
  const asked: { password: string; hash: string; answer: () => void; fail: () => void }[] = []
  const failures: unknown[] = []
  const judge = createJudge({
    bcrypt: {
      compare: (password, hash) =>
        new Promise((resolve, reject) => {
          const answer = () => resolve(password === 'right')
          asked.push({ password, hash, answer, fail: () => reject(new Error('no thread')) })
        }),
    },
    onFailure: (failure) => void failures.push(failure),
    bounds,
  })
  return {
    asked,
    failures,
    judge: (text: string | Buffer, from = 'here', all = users) =>
      judge(basic(text), { ...here, address: from }, all),
    /** The same, with what to call when its client has gone. */
    leaving(text: string, from = 'here') {
      let leave = () => {}
      const onGone = (listener: () => void) => {
        leave = listener
      }
      return { verdict: judge(basic(text), { address: from, onGone }, users), leave: () => leave() }
    },
    raw: (header: string | undefined) => judge(header, here, users),
    /** Answers one verification after the other, until none is left. */
    async answerAll() {
      for (let next = 0; next < asked.length; next += 1) {
        asked[next]?.answer()
        await new Promise(setImmediate)
      }
    },
  }
}
