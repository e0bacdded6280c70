import type { Redis } from 'ioredis'
import type { RedisServer } from '../support/redis-server.ts'

/** How many milliseconds lie between two steps; a step sends about four commands. */
const pause = 100

/** A command that is sent in every so many-th step; its numbers go round, so the keys stay few. */
interface Row {
  readonly every: number
  readonly database?: 1
  readonly command: (step: number) => readonly [name: string, ...words: (string | number)[]]
}

const slowScript = 'local sum = 0 for i = 1, 4000000 do sum = sum + i end return sum'

const rows: readonly Row[] = [
  { every: 1, command: (step) => ['INCR', `visits:${step % 20}`] },
  { every: 1, command: (step) => ['SET', `offer:${step % 100}`, 'x'.repeat(200), 'PX', 3_000] },
  // Written one second ago: a hit. Written five seconds ago: expired, a miss.
  { every: 1, command: (step) => ['GET', `offer:${(step + 90) % 100}`] },
  { every: 2, command: (step) => ['GET', `offer:${(step + 50) % 100}`] },
  { every: 2, command: (step) => ['HSET', `user:${step % 50}`, 'name', 'Ada', 'seen', step] },
  { every: 3, command: (step) => ['LPUSH', 'jobs', step] },
  { every: 4, command: () => ['RPOP', 'jobs'] },
  { every: 30, command: () => ['LTRIM', 'jobs', 0, 99] },
  { every: 5, command: (step) => ['ZADD', 'ranking', step % 1_000, `player:${step % 50}`] },
  { every: 5, command: (step) => ['XADD', 'orders', 'MAXLEN', '~', 200, '*', 'number', step] },
  { every: 10, command: () => ['ZREVRANGE', 'ranking', 0, 9] },
  { every: 10, command: () => readOrders },
  { every: 10, database: 1, command: (step) => ['SETEX', `session:${step % 300}`, 20, 'open'] },
  { every: 20, database: 1, command: (step) => ['SET', `setting:${step % 300}`, step] },
  // Now and then somebody makes a mistake, and somebody else is slow.
  { every: 70, command: () => ['INCR', 'user:0'] },
  { every: 150, command: () => ['EVAL', slowScript, 0] },
]

const readOrders = [
  ...(['XREADGROUP', 'GROUP', 'billing', 'worker-1', 'COUNT', 10] as const),
  ...(['NOACK', 'STREAMS', 'orders', '>'] as const),
] as const

/** Gives a server a light, steady load on some hundred keys. Returns the function that ends it. */
export async function startWorkload(server: RedisServer): Promise<() => void> {
  const databases = [server.client(), server.client({ db: 1 })] as const
  await databases[0].call('XGROUP', 'CREATE', 'orders', 'billing', '$', 'MKSTREAM')
  await databases[0].hset('user:0', 'name', 'Ada')
  let step = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const next = async () => {
    step += 1
    await Promise.all(databases.map((client, database) => sendStep(client, database, step)))
    if (!stopped) {
      timer = setTimeout(next, pause)
    }
  }
  await next()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

async function sendStep(client: Redis, database: number, step: number): Promise<void> {
  const due = rows.filter((row) => (row.database ?? 0) === database && step % row.every === 0)
  const pipeline = client.pipeline()
  for (const { command } of due) {
    const [name, ...words] = command(step)
    pipeline.call(name, ...words)
  }
  // Some of the commands are meant to fail, and all of them do once the server is stopped.
  await pipeline.exec().catch(() => {})
}
