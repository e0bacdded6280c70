import type { Metric, Sample } from '../metrics/metric.ts'
import type { Access } from '../options/access.ts'
import type { Option, Values } from '../options/option.ts'
import type { Settings } from '../options/switches.ts'
import type { Command, Reply } from '../redis/command.ts'
import type { BulkReply } from '../redis/connection.ts'
import type { Info } from '../redis/info.ts'
import type { RedisError } from '../redis/redis-error.ts'
import type { ServerInfo } from '../redis/server-info.ts'

/**
 * The options of a collector by the keys of its settings; each target may have its own. One that
 * several read is declared once, in a file that they share: the same key with another declaration
 * ends the start.
 */
export type CollectorOptions = Readonly<Record<string, Option & { readonly scope: 'target' }>>

/** What is declared of whatever reads one aspect of a server. */
export interface Declared<O extends CollectorOptions = CollectorOptions> {
  /** Label value, name of the `collect.` flag, key in logs. */
  readonly name: string
  /** One line for the documentation and --help. */
  readonly help: string
  /** All that it may ever emit; a name that ends in `*` stands for all names that begin so. */
  readonly metrics: readonly Metric[]
  /**
   * The commands that it sends beside INFO, by the names of ACL rules such as `config|get`.
   * What --acl grants follows from this.
   */
  readonly commands?: readonly string[]
  /**
   * Those that not every Redis from version 7 on has, with the servers that do: ACL SETUSER refuses
   * a whole line for one command that the server does not have.
   */
  readonly newerCommands?: Readonly<Record<string, string>>
  /** Whether a Sentinel has all of its commands too. */
  readonly alsoOfSentinel?: boolean
  /** Its own flags and variables, and those that it shares with others: its settings follow. */
  readonly options?: O
  /** Settings under which it has something to do, as a user would write them. */
  readonly example?: { readonly [K in keyof O]?: string }
  /** Whether a replica tells the same as its master does, so that one of them is enough. */
  readonly oncePerMaster?: boolean
  /** Off unless its `collect.` flag switches it on, because of what it costs. */
  readonly optIn?: boolean
  /** What it costs, for the documentation; of those that are off unless asked for. */
  readonly cost?: string
  /** Whether the settings ask for it; so it is unless told otherwise. */
  isWanted?(settings: Values<O>): boolean
  /**
   * What its user must be allowed under these settings and in the database that the address names,
   * where that is not all commands, or where it reads keys.
   */
  access?(settings: Values<O>, database: number): Access
}

/** The settings of a target: those of all its collectors, and by name what holds for each of them. */
export interface CollectorSettings extends Settings {
  /** Series of one collector at most, of those that grow with what the server lists. */
  readonly maxSeries: number
  /** The name of CONFIG, or - to do without it. Collectors say CONFIG whatever it is. */
  readonly configCommand: string
  /**
   * Whose keys are looked at: those of masters, of replicas, or of all, which is the rule. Where it
   * is not said, a replica leaves single keys to a master that is watched.
   */
  readonly scanOn?: 'master' | 'replica' | 'all' | undefined
}

/** Reads one aspect of a server. */
export interface Collector<O extends CollectorOptions = CollectorOptions> extends Declared<O> {
  /** The fields of INFO that it reads, by name or by the form of the name. */
  readonly fields?: readonly (string | RegExp)[]
  /** Whether it goes with every poll, which is the rule, or on the slow schedule. */
  readonly schedule?: 'poll' | 'slow'
  /** Whether the server has what is read here; decided by what it can do, not by its version. */
  appliesTo?(server: ServerInfo): boolean
  /** Forgets what it remembers of a server: one that it does not apply to answers now. */
  forget?(): void
  /** Returns all of its samples or throws: nothing half-written. */
  collect(poll: Poll<Values<O>>): Promise<readonly Sample[]>
  /** The same of one that reads nothing but INFO, called when that is there: mostly nobody has to wait. */
  readInfo?(info: Info, poll: Poll<Values<O>>): readonly Sample[] | Promise<readonly Sample[]>
}

/** What a collector sees of one poll of one target. */
export interface Poll<S = Settings> {
  readonly server: ServerInfo
  readonly settings: S
  /** The database that the address names. */
  readonly database: number
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
  /**
   * Gives such samples while the collector reads on, in the place of returning them: they are
   * written at once, so that thousands need not wait as objects. They are nothing should it throw.
   * What it returns is of other families, and what others look at in a poll's result is returned.
   */
  give(samples: readonly Sample[]): void
}

/**
 * A collector with options as everybody else sees it: the settings of a target hold those of all
 * collectors, and it takes its own.
 */
export function collector<const O extends CollectorOptions>(own: Collector<O>): Collector {
  const { collect, readInfo, ...rest } = own
  function ownPoll(poll: Poll): Poll<Values<O>> {
    ownSettings(own, poll.settings)
    // The same object, since each poll makes one for each collector.
    return poll as Poll<Values<O>>
  }
  return {
    ...rest,
    ...askedByAll(own),
    collect: (poll) => collect(ownPoll(poll)),
    ...(readInfo && { readInfo: (info, poll) => readInfo(info, ownPoll(poll)) }),
  }
}

/** What is asked of a declaration before anything runs, by whoever knows nothing of its options. */
export function askedByAll<O extends CollectorOptions>(
  own: Declared<O>,
): Pick<Declared, 'isWanted' | 'access'> {
  const { isWanted, access } = own
  return {
    ...(isWanted && { isWanted: (all) => isWanted(ownSettings(own, all)) }),
    ...(access && { access: (all, database) => access(ownSettings(own, all), database) }),
  }
}

/**
 * Those of all settings that a collector declares. Each of them was read by the kind of its option,
 * under the same key, so it is of that type; the compiler cannot know, since the table of all
 * options is put together when the program starts.
 */
export function ownSettings<O extends CollectorOptions>(
  { name, options }: Pick<Declared<O>, 'name' | 'options'>,
  all: Settings,
): Values<O> {
  for (const key of Object.keys(options ?? {}))
    if (!(key in all)) throw new TypeError(`${name} has no setting ${key}`)
  return all as Values<O>
}
