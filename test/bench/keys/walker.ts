import { eventually } from '../../support/eventually.ts'
import { type Exporter, startExporter } from '../../support/exporter.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import type { Work } from './work.ts'

/** Our exporter, which begins a walk at once and the next one within a second of its end. */
export interface Walker extends Exporter {
  /** Waits until the result of a walk is served; the first one is 0. Returns its seconds. */
  walk(index: number): Promise<number>
}

const patience = 10 * 60_000

/** Starts our exporter with something to do; `more` is what else the environment shall hold. */
export async function startWalker(
  redis: RedisServer,
  { env }: Pick<Work, 'env'>,
  more: Readonly<Record<string, string>> = {},
): Promise<Walker> {
  const exporter = await startExporter({
    env: {
      REDIS_ADDR: redis.url,
      SCAN_INTERVAL: '1s',
      REDIS_EXPORTER_MAX_SERIES: '1000000',
      REDIS_EXPORTER_LOG_FORMAT: 'json',
      // Then each walk has a line when its result is served.
      REDIS_EXPORTER_LOG_LEVEL: 'debug',
      ...env,
      ...more,
    },
  })
  return { ...exporter, walk: (index) => secondsOfWalk(exporter, index) }
}

async function secondsOfWalk({ logs }: Exporter, index: number): Promise<number> {
  return await eventually(
    () => {
      const lines = logs().split('\n')
      const line = lines.filter((one) => one.includes('"msg":"scanned"'))[index]
      const seconds = /"seconds":([\d.]+)/.exec(line ?? '')?.[1]
      if (seconds === undefined) throw new Error(`walk ${index} has no end:\n${logs()}`)
      return Number(seconds)
    },
    { within: patience },
  )
}
