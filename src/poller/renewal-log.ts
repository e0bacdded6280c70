import type { Log } from '../log.ts'
import type { TargetCounts } from '../metrics/target-counts.ts'
import { causeOf, type Reason, type RedisError } from '../redis/redis-error.ts'

/** What can be done about a renewal that fails, where the reason does not tell by itself. */
const remedies: Partial<Readonly<Record<Reason, string>>> = {
  timeout: 'look at the server that the address leads to now',
  connection: 'look at the server that the address leads to now',
  tls: 'look at the certificates (--tls-ca-cert-file, --tls-client-cert-file)',
  auth: 'give the login that holds now (--redis.user, --redis.password-file)',
  noperm: 'grant +info (ACL SETUSER)',
}

/**
 * Makes the function that counts and logs how renewals of a connection end, which the fields name. A
 * failure is counted each time and logged when it is new: the old connection goes on, so that nothing
 * else tells of it.
 */
export function createRenewalLog(
  log: Log,
  counts: Pick<TargetCounts, 'renewalFailed'>,
  fields: { readonly connection: string; readonly target?: string },
): (failure: RedisError | undefined) => void {
  let last: string | undefined

  function warn(failure: RedisError): void {
    const { reason, message } = failure
    const remedy = remedies[reason]
    log.warn(
      { ...fields, reason, ...causeOf(failure) },
      `the connection could not be renewed, so the old one goes on until it ends: ${message}${remedy ? `; ${remedy}` : ''}`,
    )
  }

  return (failure) => {
    if (failure) counts.renewalFailed(failure.reason)
    if (failure?.message === last) return
    last = failure?.message
    if (failure) warn(failure)
    else log.info(fields, 'renewing the connection works again')
  }
}
