// What `make run` calls: runs the built exporter in the foreground, towards the servers that the
// environment names, or else towards a demonstration Redis that ends with it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../src/config/given.ts'
import { type Program, startProgram } from '../support/child-process.ts'
import { httpRequest } from '../support/http-get.ts'
import { demonstrated, namesServers } from './demonstrated.ts'
import { startDemonstrationRedis } from './demonstration-redis.ts'
import { urlOfListenAddress } from './listen-address.ts'
import { stopSignal } from './stop-signals.ts'

const buildFolder = fileURLToPath(new URL('../../bin', import.meta.url))
const bundle = join(buildFolder, 'redis-exporter')

async function run(environment: Environment): Promise<number> {
  const stopping = stopSignal()
  if (!existsSync(bundle)) {
    throw new Error(`${bundle} is missing; build it with: npm run build`)
  }
  const listen = environment.REDIS_EXPORTER_WEB_LISTEN_ADDRESS || '127.0.0.1:9121'
  const common = { ...environment, REDIS_EXPORTER_WEB_LISTEN_ADDRESS: listen }
  if (namesServers(environment)) {
    return await runExporter(common, 'what you named', stopping)
  }
  const redis = await startDemonstrationRedis(buildFolder)
  try {
    const watched = `a demonstration Redis on 127.0.0.1:${redis.port}`
    return await runExporter(demonstrated(redis.url, common), watched, stopping)
  } finally {
    await redis.stop()
  }
}

/** Runs the exporter until it ends or we are asked to stop, and returns the exit code. */
async function runExporter(
  environment: Environment,
  watched: string,
  stopping: Promise<unknown>,
): Promise<number> {
  const url = urlOfListenAddress(environment.REDIS_EXPORTER_WEB_LISTEN_ADDRESS ?? '')
  // Somebody else's answer on this port is no sign that our exporter is up.
  const taken = await answers(url)
  const exporter = startProgram({
    program: bundle,
    env: environment,
    ownGroup: true,
    showOutput: true,
    stopWithin: 7_000,
  })
  if (!taken) {
    void announce(exporter, url, watched, environment)
  }
  await Promise.race([exporter.exited, stopping])
  const { code } = await exporter.stop()
  return code ?? 1
}

async function announce(
  exporter: Program,
  url: string,
  watched: string,
  environment: Environment,
): Promise<void> {
  while (exporter.running() && !(await answers(url))) {
    await delay(50)
  }
  if (exporter.running()) {
    const metrics = environment.REDIS_EXPORTER_WEB_TELEMETRY_PATH || '/metrics'
    console.log(
      `\nThe exporter watches ${watched}. Open one of these; Ctrl-C stops it.\n` +
        `  ${url}/\n  ${url}${metrics}\n  ${url}/ready\n`,
    )
  }
}

async function answers(url: string): Promise<boolean> {
  return await httpRequest(`${url}/healthz`, { within: 1_000 }).then(
    () => true,
    () => false,
  )
}

// An exit of our own at the end: nothing that still waits may keep the terminal.
process.exit(
  await run(process.env).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }),
)
