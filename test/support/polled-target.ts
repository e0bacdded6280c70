import { systemClock } from '../../src/clock.ts'
import type { Collector, CollectorSettings } from '../../src/collectors/collector.ts'
import { switchOf, wantedCollectors } from '../../src/options/switches.ts'
import { createPollTarget, type PollResult } from '../../src/poller/poll-target.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import type { Connection, ConnectionSettings } from '../../src/redis/connection.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { TlsSettings } from '../../src/redis/socket-options.ts'
import { type Credentials, type Endpoint, parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import type { Login } from '../../src/targets/wanted-target.ts'
import { configured } from './configured.ts'
import { type Family, parseExposition, sampleValue } from './exposition.ts'
import { collectors } from './registry.ts'
import { snapshotBytes } from './snapshot-bytes.ts'

export interface PolledTargetOptions {
  /** In milliseconds; long enough to be out of the way unless a test is about it. */
  readonly timeout?: number
  /** Flags of the command line that collectors are told of. */
  readonly flags?: readonly string[]
  readonly user?: string
  readonly password?: string
  /** In the place of user and password. */
  readonly login?: Login
  /** How to connect; as the poller does unless told otherwise. */
  readonly connect?: (endpoint: Endpoint, login: Login, how?: ConnectionSettings) => Connection
  /** Collectors that are off unless asked for, by name. */
  readonly collect?: readonly string[]
  /** What differs from the defaults. */
  readonly settings?: Partial<CollectorSettings>
  /** All that are on, unless given. */
  readonly collectors?: readonly Collector[]
  readonly tls?: TlsSettings
  readonly setClientName?: boolean
  readonly pingOnConnect?: boolean
  /** After how long a refused command is tried again, in milliseconds. */
  readonly retry?: number
}

/** A target polled within the process of the test, by all collectors that are on, over a real connection. */
export interface PolledTarget extends Disposable {
  poll(): Promise<PollResult>
}

/** Polls a server at an address as a user writes it; disposal drops the connection. */
export function polledTarget(url: string, options: PolledTargetOptions = {}): PolledTarget {
  const address = parseAddress(url)
  if (address === undefined) {
    throw new Error('the test gave an address that cannot be read')
  }
  const { timeout = 10_000, tls, setClientName = true } = options
  const { connect = connectByIoredis, collect = [] } = options
  const settings = { ...configured(options.flags ?? []).settings, ...options.settings }
  // Those that a test names are on.
  const named = [...collect, ...(options.collectors ?? []).map(({ name }) => name)]
  const on = Object.fromEntries(named.map((name) => [switchOf(name), true]))
  const as = credentials(address.credentials, options)
  const connection = connect(address.endpoint, options.login ?? fixedLogin(as), {
    ...tls,
    configCommand: settings.configCommand,
  })
  return {
    poll: createPollTarget({
      connection,
      collectors: wantedCollectors(options.collectors ?? collectors, { ...settings, ...on }),
      settings,
      database: address.database,
      timeoutMilliseconds: timeout,
      clock: systemClock,
      setClientName,
      ...(options.retry === undefined ? {} : { retryMilliseconds: options.retry }),
      pingOnConnect: options.pingOnConnect ?? false,
    }),
    [Symbol.dispose]: () => connection.drop(redisError('connection', 'the test is over')),
  }
}

/** The families that are served of a poll. */
export async function familiesOf(result: PollResult, showRole = false): Promise<readonly Family[]> {
  return parseExposition(
    snapshotBytes(await renderSnapshot('redis', result, 0, 60_000, { showRole })),
  )
}

/** Polls once and returns a function that finds values in the result. */
export async function pollValues(target: PolledTarget): Promise<FindValue> {
  const result = await target.poll()
  if (result.error !== undefined) {
    throw new Error(`the poll failed: ${result.error.message}`)
  }
  const families = await familiesOf(result)
  return (name, labels) => sampleValue(families, name, labels)
}

export type FindValue = (
  name: string,
  labels?: Readonly<Record<string, string>>,
) => number | undefined

function connectByIoredis(...how: Parameters<typeof createConnect>): Connection {
  return createConnect(...how)()
}

function credentials(ofAddress: Credentials, { user, password }: PolledTargetOptions): Credentials {
  return {
    ...ofAddress,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: secret(password) }),
  }
}
