import type { Sample } from '../../metrics/metric.ts'
import type { Values } from '../../options/option.ts'
import type { Settings } from '../../options/switches.ts'
import type { Exchange } from '../../redis/connection.ts'
import type { RedisError } from '../../redis/redis-error.ts'
import type { ServerInfo } from '../../redis/server-info.ts'
import { askedByAll, type CollectorOptions, type Declared, ownSettings } from '../collector.ts'
import type { WalkRefusals } from './key-replies.ts'

/**
 * A collector that sees the keys of a server as they come by in a walk. It is declared as every
 * collector is, and says by `access` which keys it reads.
 */
export interface KeyCollector<O extends CollectorOptions = CollectorOptions> extends Declared<O> {
  readonly schedule: 'walk'
  /** Beside those by which the walk itself finds keys. */
  readonly commands: readonly string[]
  /** Whether keys of this server may be looked at, under these settings. */
  appliesTo?(server: ServerInfo, settings: Values<O>): boolean
  /** Begins a walk: what it gathers belongs to this one walk. */
  start(walk: Walk<Values<O>>): KeyVisitor
}

/** As `collector` does of others. */
export function keyCollector<const O extends CollectorOptions>(own: KeyCollector<O>): KeyCollector {
  const { appliesTo } = own
  return {
    ...own,
    ...askedByAll(own),
    ...(appliesTo && { appliesTo: (server, all) => appliesTo(server, ownSettings(own, all)) }),
    start: (walk) => own.start({ ...walk, settings: ownSettings(own, walk.settings) }),
  }
}

/** What a collector sees of one walk. */
export interface Walk<S = Settings> {
  readonly settings: S
  readonly server: ServerInfo
  /** How many databases the server has, as far as it tells. */
  readonly databases: number
  /** Whether the walk could look into a database; known when it has come to its end. */
  couldRead(database: number): boolean
  /** What the server is known to refuse. */
  readonly refusals: WalkRefusals
  /** How many more series the collector may give; 0 or less means that reading on is in vain. */
  room(): number
  /** Tells of series that were left out because there was no more room. */
  leaveOut(series: number): void
  /** Tells of a part that failed while the others go on; counted and logged as a failure is. */
  failPart(part: string, error: RedisError): void
  /** Tells of something that the server sent and that cannot be read; it gives no sample. */
  reject(field: string): void
}

/** One collector in one walk. Keys are binary strings: one character for each byte. */
export interface KeyVisitor {
  /** The databases that its settings name; undefined where they name none. */
  readonly databases?: readonly number[]
  /** What it wants to see of a database. */
  wants(database: number): KeyWish
  /**
   * Sees keys that it wants, and no others, each at least once: SCAN may give a key twice. All commands
   * that are known at a time go into one call of `read`, in the database that is walked, so that those
   * of all visitors travel together. Resolves with what takes in the replies; that runs only when every
   * visitor has read its own, so that a batch whose connection was lost can be visited again. Rejects
   * when the whole walk must fail.
   */
  visit(database: number, keys: readonly string[], read: Exchange): Promise<TakeIn>
  /**
   * Whether it may be shown further keys before it has taken in what it read of the last, so that the
   * server works meanwhile. What was read is taken in in order, or not at all, and is then visited again:
   * `visit` must be right however much of it was taken in by then.
   */
  readonly overlaps?: boolean
  /** Reads what is still open when all keys of a database were visited. */
  leave?(database: number, read: Exchange): Promise<TakeIn>
  /** The samples that are known only at the end; `seconds` is how long the walk took. */
  finish?(seconds: number): readonly Sample[]
}

/** Takes in what was read; returns the samples that are known by now. */
export type TakeIn = () => readonly Sample[]

export interface KeyWish {
  /** Keys named without any wildcard: visited without looking for them. */
  readonly keys: readonly string[]
  /** Patterns as Redis matches them; none means that no key needs to be looked for. */
  readonly patterns: readonly string[]
}
