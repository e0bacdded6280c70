import type { Credentials } from './address.ts'
import type { Login } from './wanted-target.ts'

const name = 'LoginFailure'

/** Why credentials could not be read, in words of ours that hold no secret. */
export function loginFailure(message: string): Error {
  return Object.assign(new Error(message), { name })
}

/** Whether the message of a failure may be shown. */
export function isLoginFailure(failure: unknown): failure is Error {
  return failure instanceof Error && failure.name === name
}

/** Credentials that never change. */
export function fixedLogin(credentials: Credentials, from = 'settings'): Login {
  return { from, read: async () => credentials }
}
