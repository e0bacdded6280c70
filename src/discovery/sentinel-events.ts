import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { beyondConnection } from '../redis/connection-scope.ts'
import { describe, type RedisError } from '../redis/redis-error.ts'
import type { Hearing, Listening } from '../redis/subscription.ts'
import { retryWait } from './retry-wait.ts'

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

/** Listens to Sentinels; whoever is lost is listened to again soon. */
export interface SentinelEvents<T> {
  /** Listens to these and to no others; also to those again that refused it. */
  listenTo(targets: readonly T[]): void
  stop(): void
}

export interface SentinelEventsOptions<T> {
  readonly subscribe: Subscribe<T>
  /** Called when a Sentinel tells of a change, and when one may have been missed. */
  readonly onChange: () => void
  readonly clock: Pick<Clock, 'monotonic'>
  /** From 0 to 1, without the end. */
  readonly random: () => number
  readonly log: Log
}

const retries = { firstMilliseconds: 1_000, mostMilliseconds: 15_000 }

/** How it went to listen to one Sentinel. */
interface Losses {
  /** In a row: one that was listened to for long begins anew. */
  readonly count: number
  readonly readyAt: number | undefined
}

const noLosses: Losses = { count: 0, readyAt: undefined }

/** Follows what Sentinels tell, over connections that are renewed when they are lost. */
export function createSentinelEvents<T extends { readonly address: string; readonly name: string }>(
  options: SentinelEventsOptions<T>,
): SentinelEvents<T> {
  const { subscribe, onChange, clock, random, log } = options
  const wanted = new Map<string, T>()
  const listening = new Map<string, Listening & { readonly target: T }>()
  const waiting = new Map<string, NodeJS.Timeout>()
  const losses = new Map<string, Losses>()
  const failures = new Map<string, string>()

  function listen(target: T): void {
    const { address } = target
    let isOver = false
    const { close } = subscribe(target, sentinelChannels, {
      onReady() {
        failures.delete(address)
        losses.set(address, { ...lossesOf(address), readyAt: clock.monotonic() })
        beyondConnection(onChange)
      },
      onMessage: () => beyondConnection(onChange),
      onEnd(cause) {
        isOver = true
        const isOurs = listening.get(address)?.target === target
        if (isOurs) listening.delete(address)
        if (!wanted.has(address) || listening.has(address)) return
        if (isLoss(cause)) beyondConnection(() => retrySoon(address))
        else noteRefusal(target, cause)
      },
    })
    if (!isOver) listening.set(address, { target, close })
  }

  // Until then a failover would be seen at the poll interval alone.
  function retrySoon(address: string): void {
    const { count: before, readyAt = Infinity } = lossesOf(address)
    const wasLong = clock.monotonic() - readyAt >= retries.mostMilliseconds
    const count = wasLong ? 1 : before + 1
    losses.set(address, { count, readyAt: undefined })
    const wait = retryWait(count, { ...retries, random })
    clearTimeout(waiting.get(address))
    waiting.set(
      address,
      setTimeout(() => retry(address), wait),
    )
  }

  function retry(address: string): void {
    waiting.delete(address)
    const target = wanted.get(address)
    if (target && !listening.has(address)) listen(target)
  }

  function lossesOf(address: string): Losses {
    return losses.get(address) ?? noLosses
  }

  // That a Sentinel is down is told by its own poll.
  function noteRefusal({ address, name }: T, cause: RedisError): void {
    const failure = describe(cause)
    if (failures.get(address) === failure) return
    failures.set(address, failure)
    log.warn(
      { target: name, reason: cause.reason },
      `the Sentinel tells no events, so failovers are seen at the poll interval: ${cause.message}`,
    )
  }

  function keepTo(targets: readonly T[]): void {
    wanted.clear()
    for (const target of targets) wanted.set(target.address, target)
    for (const one of takeOthers(listening)) one.close()
    for (const timer of takeOthers(waiting)) clearTimeout(timer)
    takeOthers(losses)
    takeOthers(failures)
  }

  /** Takes out what is there of those that are not wanted. */
  function takeOthers<V>(all: Map<string, V>): readonly V[] {
    const others = [...all].filter(([address]) => !wanted.has(address))
    for (const [address] of others) all.delete(address)
    return others.map(([, one]) => one)
  }

  return {
    listenTo(targets) {
      keepTo(targets)
      for (const target of wanted.values())
        if (!listening.has(target.address) && !waiting.has(target.address)) listen(target)
    },
    stop: () => keepTo([]),
  }
}

function isLoss({ reason }: RedisError): boolean {
  return reason === 'connection' || reason === 'timeout'
}
