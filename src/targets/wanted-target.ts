import type { Credentials, Endpoint } from './address.ts'

/** Where the credentials of a target come from. */
export interface Login {
  /** From where, without any secret: two of the same text are the same login. */
  readonly from: string
  /** Asked for each new connection; rejects with an Error whose message holds no secret. */
  read(): Promise<ReadCredentials>
  /** That of a server which the target names as its own; the same unless there is another for it. */
  forNode?(endpoint: Endpoint): Login
}

/** Credentials as they stand where they are kept. */
export interface ReadCredentials extends Credentials {
  /** Whether they come from a password file that names other servers alone. */
  readonly isUnnamed?: boolean
}

/** A server that shall be watched: plain data. */
export interface WantedTarget<S = Readonly<Record<string, unknown>>> {
  /** The identity: the address in its one spelling (identityOf), never with a secret. */
  readonly address: string
  /** What it is called in labels, logs and pages: its alias, else the address as it was written. */
  readonly name: string
  readonly endpoint: Endpoint
  readonly database: number
  readonly login: Login
  /** Of every series of it, beside its name. */
  readonly labels: Readonly<Record<string, string>>
  /** By the keys of the options of scope target, those of collectors too; no secrets. */
  readonly settings: S
}

/** As whom to log in to a server that a target names as its own. */
export function nodeLogin({ login }: { readonly login: Login }, endpoint: Endpoint): Login {
  return login.forNode?.(endpoint) ?? login
}
