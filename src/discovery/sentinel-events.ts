import type { Log } from '../log.ts'
import { beyondConnection } from '../redis/connection-scope.ts'
import { describe, type RedisError } from '../redis/redis-error.ts'
import type { Hearing, Listening } from '../redis/subscription.ts'

/** Begins to listen to channels of a server, over a connection of its own. */
export type Subscribe<T> = (target: T, channels: readonly string[], hearing: Hearing) => Listening

/**
 * What a Sentinel tells when who belongs to a deployment, or who is master, changes or is about to.
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#pubsub-messages
 */
export const sentinelChannels: readonly string[] = [
  ...['+switch-master', '+slave', '+sentinel', '+monitor', '-monitor', '+reset-master'],
  ...['+sdown', '-sdown', '+odown', '-odown', '+convert-to-slave', '+role-change', '-role-change'],
  ...['+failover-end', '+config-update-from'],
]

/** Listens to Sentinels; whoever is lost is listened to again when `listenTo` is called next. */
export interface SentinelEvents<T> {
  /** Listens to these and to no others. */
  listenTo(targets: readonly T[]): void
  stop(): void
}

/** Calls `onChange` when a Sentinel tells of a change, and when one may have been missed. */
export function createSentinelEvents<T extends { readonly address: string; readonly name: string }>(
  subscribe: Subscribe<T>,
  onChange: () => void,
  log: Log,
): SentinelEvents<T> {
  const listening = new Map<string, Listening & { readonly target: T }>()
  const failures = new Map<string, string>()
  let isStopped = false

  function listen(target: T): void {
    const { address } = target
    let isOver = false
    const { close } = subscribe(target, sentinelChannels, {
      onReady() {
        failures.delete(address)
        beyondConnection(onChange)
      },
      onMessage: () => beyondConnection(onChange),
      onEnd(cause) {
        isOver = true
        const isOurs = listening.get(address)?.target === target
        if (isOurs) listening.delete(address)
        if (!isStopped) noteFailure(target, cause)
      },
    })
    if (!isOver) listening.set(address, { target, close })
  }

  // That a Sentinel is down is told by its own poll.
  function noteFailure({ address, name }: T, cause: RedisError): void {
    const failure = describe(cause)
    if (['connection', 'timeout'].includes(cause.reason) || failures.get(address) === failure)
      return
    failures.set(address, failure)
    log.warn(
      { target: name, reason: cause.reason },
      `the Sentinel tells no events, so failovers are seen at the poll interval: ${cause.message}`,
    )
  }

  function forgetOthers(kept: ReadonlySet<string>): void {
    for (const [address, one] of listening)
      if (!kept.has(address) && listening.delete(address)) one.close()
    for (const address of failures.keys()) if (!kept.has(address)) failures.delete(address)
  }

  return {
    listenTo(targets) {
      forgetOthers(new Set(targets.map(({ address }) => address)))
      for (const target of targets) if (!listening.has(target.address)) listen(target)
    },
    stop() {
      isStopped = true
      for (const one of [...listening.values()]) one.close()
      listening.clear()
    },
  }
}
