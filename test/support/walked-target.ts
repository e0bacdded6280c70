import { systemClock } from '../../src/clock.ts'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import type { WalkProgress } from '../../src/metrics/walk-metrics.ts'
import { clientName } from '../../src/redis/client-name.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { Origin } from '../../src/redis/server-run.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import type { TlsSettings } from '../../src/redis/socket-options.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import type { Login } from '../../src/targets/wanted-target.ts'
import {
  createWalkTarget,
  type WalkResult,
  type WalkTargetOptions,
} from '../../src/walk/walk-target.ts'
import { defaultSettings } from './default-settings.ts'

/** A target walked within the process of the test, over a real connection. */
export interface WalkedTarget extends Disposable {
  /** `left` ends the walk before its time. */
  walk(left?: AbortSignal): Promise<WalkResult>
  /** What the last walk gave, by collector. */
  samples(collector: string): readonly Sample[]
  readonly progress: readonly WalkProgress[]
  /** How often a walk began to gather, and how often one went on after a loss. */
  begun(): number
  resumed(): number
  /** Why the server could not be come back to, each time. */
  readonly waits: readonly string[]
  /** Which servers were walked, by their run_id and role. */
  readonly origins: readonly Origin[]
}

export interface WalkedTargetOptions {
  readonly settings?: Partial<WalkTargetOptions['settings']>
  /** In milliseconds. */
  readonly timeout?: number
  readonly setClientName?: boolean
  /** What the server may say nothing for, in milliseconds; as in the exporter unless given. */
  readonly silence?: number
  readonly retryMilliseconds?: number
  readonly tls?: TlsSettings
  /** In the place of what the address says. */
  readonly login?: Login
}

/** Walks a server at an address as a user writes it, without a limit unless the settings say so. */
export function walkedTarget(
  url: string,
  collectors: readonly KeyCollector[],
  options: WalkedTargetOptions = {},
): WalkedTarget {
  const { settings, timeout = 30_000, setClientName = true } = options
  const { retryMilliseconds = 600_000, silence, tls = {} } = options
  const address = parseAddress(url)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const login = options.login ?? fixedLogin(address.credentials)
  const connection = createSocketConnection(address.endpoint, login, tls, silence)
  const progress: WalkProgress[] = []
  const waits: string[] = []
  const origins: Origin[] = []
  let begun = 0
  let resumed = 0
  let samples = new Map<string, Sample[]>()
  const walk = createWalkTarget(
    {
      connection,
      collectors,
      settings: { ...defaultSettings, checkKeysBatchSize: 1000, scanMaxLoad: 0, ...settings },
      timeoutMilliseconds: timeout,
      clock: systemClock,
      greeting: setClientName ? clientName : undefined,
      retryMilliseconds,
    },
    {
      begin(origin) {
        origins.push(origin)
        begun += 1
        samples = new Map(collectors.map(({ name }) => [name, []]))
        return (name, given) => void samples.get(name)?.push(...given)
      },
      onProgress: (now) => void progress.push(now),
      onResumed: () => {
        resumed += 1
      },
      onWaiting: ({ reason }) => void waits.push(reason),
    },
  )
  return {
    walk,
    samples: (collector) => samples.get(collector) ?? [],
    progress,
    begun: () => begun,
    resumed: () => resumed,
    waits,
    origins,
    [Symbol.dispose]: () => connection.drop(redisError('connection', 'the test is over')),
  }
}
