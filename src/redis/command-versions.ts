/** From which version on there is a command; nothing for a kind of server that never has it. */
interface Since {
  readonly redis?: string
  /** Valkey 7.2 has all that Redis 7.2 has. */
  readonly valkey?: string
}

/** What a server says that it is. */
export interface ServerKind {
  /** Empty when it does not say. */
  readonly redisVersion: string
  /** Of Valkey alone; else empty. */
  readonly valkeyVersion: string
  readonly mode: string
}

// Those that all of the servers have which we know of are not named.
const since: Readonly<Record<string, Since>> = {
  memory: { redis: '4.0' },
  xinfo: { redis: '5.0' },
  'sentinel|replicas': { redis: '5.0' },
  acl: { redis: '6.0' },
  // With several parameters; a server that turns out not to know that is asked for one at a time.
  'config|get': { redis: '7.0' },
  'sentinel|config': { redis: '6.2' },
  'sentinel|myid': { redis: '6.2' },
  eval_ro: { redis: '7.0' },
  'function|stats': { redis: '7.0' },
  'latency|histogram': { redis: '7.0' },
  'cluster|links': { redis: '7.0' },
  'cluster|shards': { redis: '7.0' },
  'client|no-touch': { redis: '7.2' },
  commandlog: { valkey: '8.1' },
  'cluster|slot-stats': { redis: '8.2', valkey: '8.0' },
  'hotkeys|get': { redis: '8.6' },
}

const lastOfBoth = '7.2'

// A Sentinel has a table of commands of its own.
const ofSentinel = /^(auth|ping|info|command|client|acl|sentinel|subscribe)(\||$)/

/**
 * Whether a server may have a command, by what it is; for one that does not tell which commands it
 * has. What is not known of it may be there.
 */
export function mayHave(command: string, { redisVersion, valkeyVersion, mode }: ServerKind) {
  if (mode === 'sentinel' && !ofSentinel.test(command)) return false
  const [container = ''] = command.split('|')
  return [since[container], since[command]].every((one) => {
    if (!one) return true
    if (valkeyVersion === '')
      return one.redis !== undefined && (redisVersion === '' || isAtLeast(redisVersion, one.redis))
    if (one.valkey !== undefined) return isAtLeast(valkeyVersion, one.valkey)
    return one.redis !== undefined && isAtLeast(lastOfBoth, one.redis)
  })
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  // A version that is no number tells nothing.
  if (Number.isNaN(major) || Number.isNaN(minor)) return true
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
