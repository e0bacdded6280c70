/** What comes of listening to a server. */
export interface Listening {
  close(): void
}

/** Begins to listen; calls back when it does, for each message, and when it is over. */
export type Subscribe<T> = (
  target: T,
  channels: readonly string[],
  hear: { onReady(): void; onMessage(channel: string): void; onEnd(): void },
) => Listening

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
export function createSentinelEvents<T extends { readonly address: string }>(
  subscribe: Subscribe<T>,
  onChange: () => void,
): SentinelEvents<T> {
  const listening = new Map<string, Listening & { readonly target: T }>()

  function listen(target: T): void {
    let isOver = false
    const { close } = subscribe(target, sentinelChannels, {
      onReady: onChange,
      onMessage: onChange,
      onEnd() {
        isOver = true
        if (listening.get(target.address)?.target === target) listening.delete(target.address)
      },
    })
    if (!isOver) listening.set(target.address, { target, close })
  }

  return {
    listenTo(targets) {
      const kept = new Set(targets.map(({ address }) => address))
      for (const [address, one] of listening)
        if (!kept.has(address) && listening.delete(address)) one.close()
      for (const target of targets) if (!listening.has(target.address)) listen(target)
    },
    stop() {
      for (const one of [...listening.values()]) one.close()
      listening.clear()
    },
  }
}
