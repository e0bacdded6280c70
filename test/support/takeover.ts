import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from './exporter.ts'
import type { RedisServer } from './redis-server.ts'
import { nameOf } from './topology-readings.ts'

/** What happened after a master was killed, in milliseconds since then. */
export interface Takeover {
  /** The one that became master. */
  readonly successor: RedisServer
  /** When it said so itself. */
  readonly saidAt: number
  /** When /metrics showed it as master. */
  readonly shownAt: number
  /** When a Sentinel told of it; none where none was listened to. */
  readonly announcedAt: number | undefined
}

export interface TakeoverOptions {
  readonly exporter: Exporter
  readonly master: RedisServer
  readonly replicas: readonly RedisServer[]
  /** Those of its Sentinels to listen to. */
  readonly sentinels?: readonly RedisServer[]
}

const withinMilliseconds = 120_000
const everyMilliseconds = 20

/** Kills a master, and looks on until the exporter shows who took its place. */
export async function timeTakeover(options: TakeoverOptions): Promise<Takeover> {
  const { exporter, master, replicas, sentinels = [] } = options
  const asked = replicas.map((replica) => [replica, replica.client()] as const)
  for (const [, client] of asked) await client.role()
  let announced: number | undefined
  for (const sentinel of sentinels) {
    const listener = sentinel.client()
    await listener.subscribe('+switch-master')
    listener.on('message', () => {
      announced ??= performance.now()
    })
  }
  const killed = performance.now()
  await master.kill()
  const [successor, said] = await firstSeen(async () => {
    for (const [replica, client] of asked) if ((await client.role())[0] === 'master') return replica
    return undefined
  })
  const [, shown] = await firstSeen(async () =>
    showsMaster((await exporter.get('/metrics')).body, nameOf(successor)) ? true : undefined,
  )
  // The exporter may be before us in hearing of it.
  if (sentinels.length > 0) await firstSeen(async () => announced)
  return {
    successor,
    saidAt: said - killed,
    shownAt: shown - killed,
    announcedAt: announced && announced - killed,
  }
}

/** Unlike what waits with more and more patience, it looks as often at the end as at the begin. */
async function firstSeen<T>(look: () => Promise<T | undefined>): Promise<readonly [T, number]> {
  const end = performance.now() + withinMilliseconds
  while (performance.now() < end) {
    const seen = await look()
    if (seen !== undefined) return [seen, performance.now()]
    await delay(everyMilliseconds)
  }
  throw new Error(`nothing was seen within ${withinMilliseconds} ms`)
}

// To read the whole of a body so often would take the processor from those who are measured.
function showsMaster(body: string, name: string): boolean {
  return body
    .split('\n')
    .some(
      (line) =>
        line.startsWith('redis_instance_info{') &&
        line.includes(`target="${name}"`) &&
        line.includes('role="master"'),
    )
}
