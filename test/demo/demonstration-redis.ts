import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../support/programs.ts'
import { startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { installCommand, installDebianPackages } from '../tools/install-debian-packages.ts'
import { startWorkload } from './workload.ts'

export interface DemonstrationRedis {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/**
 * Starts a private redis-server under a light load, as something to look at. It keeps nothing but
 * an empty folder in `within`, and takes 32 MB at most.
 */
export async function startDemonstrationRedis(within: string): Promise<DemonstrationRedis> {
  ensureRedisServer()
  const directory = await temporaryDirectory(join(within, 'demonstration-'))
  // Even when we end without having stopped it in good order.
  process.once('exit', () => rmSync(directory.path, { recursive: true, force: true }))
  const server = await startRedis({
    directory: directory.path,
    ownGroup: true,
    args: [
      ...['--maxmemory', '32mb', '--maxmemory-policy', 'allkeys-lru'],
      ...['--slowlog-log-slower-than', '5000', '--latency-monitor-threshold', '5'],
    ],
  })
  const stopWorkload = await startWorkload(server)
  return {
    url: server.url,
    port: server.port,
    stop: async () => {
      stopWorkload()
      await server.stop()
      await directory[Symbol.asyncDispose]()
    },
  }
}

function ensureRedisServer(): void {
  const program = process.env.REDIS_SERVER ?? 'redis-server'
  if (findProgram(program) !== undefined) {
    return
  }
  console.log(`${program} is missing; installing Debian's redis-server ...`)
  const refusal = installDebianPackages(['redis-server'])
  if (refusal !== undefined) {
    throw new Error(
      `${program} is missing and could not be installed: ${refusal}.\n` +
        `Install it (${installCommand(['redis-server'])}), or name a server to watch: ` +
        'REDIS_URL=redis://host:6379 make run',
    )
  }
}
