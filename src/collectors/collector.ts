import type { Metric, Sample } from '../metrics/metric.ts'
import type { BulkReply } from '../redis/bulk-connection.ts'
import type { Command, Reply } from '../redis/command.ts'
import type { Info } from '../redis/info.ts'
import type { RedisError } from '../redis/redis-error.ts'
import type { ServerInfo } from '../redis/server-info.ts'
import type { CollectorSettings } from './settings.ts'

/** Reads one aspect of a server. */
export interface Collector {
  /** Label value, name of the `collect.` flag, key in logs. */
  readonly name: string
  /** One line for the documentation and --help. */
  readonly help: string
  /** All that it may ever emit; a name that ends in `*` stands for all names that begin so. */
  readonly metrics: readonly Metric[]
  /** The fields of INFO that it reads, by name or by the form of the name. */
  readonly fields?: readonly (string | RegExp)[]
  /** Whether it goes with every poll, which is the rule, or with the slower schedule of scans. */
  readonly schedule?: 'poll' | 'scan'
  /**
   * The commands that it sends beside INFO, by the names of ACL rules such as `config|get`.
   * What --acl grants follows from this.
   */
  readonly commands?: readonly string[]
  /** Off unless its `collect.` flag switches it on, because of what it costs. */
  readonly optIn?: boolean
  /** What it costs, for the documentation; of those that are off unless asked for. */
  readonly cost?: string
  /** Whether the settings ask for it; so it is unless told otherwise. */
  isWanted?(settings: CollectorSettings): boolean
  /** Whether the server has what is read here; decided by what it can do, not by its version. */
  appliesTo?(server: ServerInfo): boolean
  /** Forgets what it remembers of a server: one that it does not apply to answers now. */
  forget?(): void
  /** Returns all of its samples or throws: nothing half-written. */
  collect(poll: Poll): Promise<readonly Sample[]>
}

/** What a collector sees of one poll of one target. */
export interface Poll {
  readonly server: ServerInfo
  readonly settings: CollectorSettings
  /** The time of the poll in seconds since 1970, by the exporter's clock. */
  readonly unixSeconds: number
  /** INFO, read once for all collectors. */
  info(): Promise<Info>
  /**
   * Reads one command. What all collectors ask for before they wait for a reply travels in one
   * round trip. Rejects with a RedisError, without sending, when the server refused it before.
   */
  read(...command: Command): Promise<Reply>
  /**
   * Reads commands about keys of one database; they travel as those of `read` do. Words and texts
   * are binary strings; an error reply stands in the place of its reply, as does a refusal that is
   * known from before. Rejects when the connection fails.
   */
  readIn(database: number, commands: readonly Command[]): Promise<readonly BulkReply[]>
  /** Tells of a field that the server sent and that cannot be read; it gives no sample. */
  reject(field: string, value: string): void
  /** Tells of a part that failed while the others go on; counted and logged as a failure is. */
  failPart(part: string, error: RedisError): void
  /** Tells of a part that the server does not have, which is no failure. */
  lackPart(part: string): void
  /** Tells of series that a bound of the collector left out. */
  leaveOut(series: number): void
  /**
   * How many more series the collector may give of what grows with what the server lists; 0 means
   * that reading on is in vain.
   */
  room(): number
  /** Those of such samples for which there is room; the others are counted as left out. */
  take(samples: readonly Sample[]): readonly Sample[]
}
