import { concernsDatabase, type RedisError } from '../redis/redis-error.ts'

/** What is known of a collector that failed. */
export interface FailedCollector {
  readonly name: string
  readonly commands?: readonly string[]
}

/** Tells what can be done about the failure of a collector, by its name. */
export type RemedyOf = (name: string, error: RedisError) => string

/** What can be done about each of these collectors. */
export function createRemedies(collectors: readonly FailedCollector[]): RemedyOf {
  const known = new Map(collectors.map((one) => [one.name, one]))
  return (name, error) => remedy(known.get(name) ?? { name }, error)
}

/**
 * What whoever runs the exporter can do about a collector that fails for good: a right to grant, and
 * the flag that switches it off. Empty where waiting is all that can be done.
 */
export function remedy({ name, commands = [] }: FailedCollector, error: RedisError): string {
  const { reason } = error
  const off = `--collect.${name}=false switches it off`
  if (concernsDatabase(error))
    return `let the user into the database (ACL SETUSER with alldbs or db=), or ${off}`
  if (reason === 'unknown_command') return off
  if (reason !== 'noperm') return ''
  const rights = commands.map((command) => `+${command}`).join(' ')
  return rights ? `grant ${rights} (ACL SETUSER), or ${off}` : off
}
