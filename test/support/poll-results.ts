import { gauge, sample } from '../../src/metrics/metric.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import type { CollectorResult } from '../../src/poller/run-collector.ts'
import { type Reason, type RedisError, redisError } from '../../src/redis/redis-error.ts'
import type { ServerRun } from '../../src/redis/server-run.ts'

const usedMemory = gauge('memory_used_bytes', 'Memory in use (a test)')

/** A run of a server with this run_id. */
export function runOf(id: string): ServerRun {
  return { id, startedAt: undefined }
}

/** A poll that read the memory in use. */
export function upResult(...collectors: readonly Partial<CollectorResult>[]): PollResult {
  const memory = { name: 'memory', samples: [sample(usedMemory, 1_048_576)] }
  return {
    error: undefined,
    server: 'Redis 7.0.15',
    role: 'master',
    run: runOf('first'),
    collectors: [memory, ...collectors].map((collector) => ({
      name: 'other',
      samples: [],
      seconds: 0.001,
      rejected: [],
      leftOut: 0,
      ...collector,
    })),
    connectSeconds: 0,
    pingSeconds: undefined,
    seconds: 0.002,
    unixSeconds: 1_750_000_000,
    roundTrips: 1,
  }
}

/** A poll that did not reach the server. */
export function downResult(
  error: RedisError = redisError('connection', 'no connection (ECONNREFUSED)'),
): PollResult {
  return { ...upResult(), error, collectors: [], server: '', role: '', run: undefined }
}

/** A collector that failed. */
export function failed(
  name: string,
  reason: Reason,
  message = `${reason}, it says`,
): CollectorResult {
  const error = redisError(reason, message)
  return { name, samples: [], seconds: 0.001, rejected: [], leftOut: 0, error }
}
