import type { Redis } from 'ioredis'

/** What is needed of a client: one of ioredis has it. */
type Client = Pick<Redis, 'config' | 'info' | 'slowlog'>

/** What commands cost a server, by its own word. */
export interface CommandTimes {
  readonly commands: readonly CommandTime[]
  /** The milliseconds of each command that kept the server for more than one. */
  readonly slow: readonly number[]
}

export interface CommandTime {
  readonly name: string
  readonly calls: number
  readonly microseconds: number
  /** The longest call; undefined before Redis 7, which does not say. */
  readonly longest: number | undefined
}

const slowMicroseconds = 1_000

/** Makes the server forget what it counted; returns what reads the times of all that came since. */
export async function watchCommands(client: Client): Promise<() => Promise<CommandTimes>> {
  await client.config('SET', 'slowlog-log-slower-than', slowMicroseconds)
  await client.config('SET', 'slowlog-max-len', 100_000)
  await client.config('SET', 'latency-tracking-info-percentiles', '100').catch(() => {})
  await client.slowlog('RESET')
  await client.config('RESETSTAT')
  return async () => {
    const stats = await client.info('commandstats')
    const latency = await client.info('latencystats')
    return {
      commands: readCommandTimes(stats, latency),
      slow: readSlowCommands(await client.slowlog('GET', 100_000)),
    }
  }
}

/** The times of all commands but our own. */
export function readCommandTimes(commandstats: string, latencystats: string): CommandTime[] {
  const longest = new Map(
    [...latencystats.matchAll(/^latency_percentiles_usec_(.*):p100=([\d.]+)/gm)].map(
      ([, name = '', value]) => [name, Number(value)],
    ),
  )
  return [...commandstats.matchAll(/^cmdstat_(.*):calls=(\d+),usec=(\d+),/gm)]
    .map(([, name = '', calls, microseconds]) => ({
      name,
      calls: Number(calls),
      microseconds: Number(microseconds),
      longest: longest.get(name),
    }))
    .filter(({ name }) => name !== 'config|resetstat')
}

/** The milliseconds of the entries of the slow log but for our own. */
export function readSlowCommands(entries: unknown): readonly number[] {
  return [entries].flat().flatMap((entry) => {
    const [, , microseconds, words] = Array.isArray(entry) ? entry : []
    const isOurs = /^(config,resetstat|slowlog,)/i.test(String(words))
    return isOurs ? [] : [Number(microseconds) / 1e3]
  })
}

/** The seconds that a server spent on some commands together. */
export function secondsOf(commands: readonly CommandTime[]): number {
  // What a script calls is part of its own time; no exporter calls the same besides.
  const hasScripts = commands.some(({ name }) => name.startsWith('eval'))
  const counted = commands.filter(({ name }) => !hasScripts || !calledByScripts.has(name))
  return counted.reduce((sum, { microseconds }) => sum + microseconds, 0) / 1e6
}

const calledByScripts: ReadonlySet<string> = new Set(['scan', 'memory|usage'])
