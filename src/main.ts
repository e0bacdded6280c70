import { readFileSync } from 'node:fs'
import { buildInfo } from './build-info.ts'
import { systemClock as clock } from './clock.ts'
import { collectors, keyCollectors } from './collectors/index.ts'
import { type Config, readConfig } from './config/config.ts'
import { formatDuration } from './config/value-kinds.ts'
import { createApp } from './http/app.ts'
import { createHealth } from './http/health.ts'
import { type RunningServer, startServer } from './http/server.ts'
import { createLog, type Log } from './log.ts'
import { createOwnMetrics } from './metrics/own-metrics.ts'
import { createRequestCounter } from './metrics/request-counter.ts'
import { createScanMetrics } from './metrics/scan-metrics.ts'
import { startSelfBody } from './metrics/self-body.ts'
import { type Schedule, startSchedule } from './poller/schedule.ts'
import { createSnapshotStore } from './poller/snapshot-store.ts'
import { createTargetTasks } from './poller/target-tasks.ts'
import { createConnect } from './redis/ioredis-connection.ts'
import { createSocketConnection } from './redis/socket-connection.ts'
import { formatEndpoint } from './targets/address.ts'

// Responses under way may take this long when we are told to stop; Kubernetes waits longer.
const graceMilliseconds = 3000

async function main(): Promise<void> {
  const request = readConfig({
    args: process.argv.slice(2),
    env: process.env,
    collectors: [...collectors, ...keyCollectors],
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  switch (request.kind) {
    case 'help':
    case 'acl':
      process.stdout.write(request.text)
      return
    case 'version': {
      const commit = buildInfo.commit || 'unknown'
      process.stdout.write(
        `redis-exporter ${buildInfo.version} (commit ${commit}, Node.js ${process.version})\n`,
      )
      return
    }
    case 'mistakes':
      process.stderr.write(
        `redis-exporter cannot start:\n${request.mistakes.map((text) => `  ${text}\n`).join('')}`,
      )
      process.exitCode = 2
      return
    case 'run':
      await run(request.config)
  }
}

async function run(config: Config): Promise<void> {
  const log = createLog(config.log)
  exitOnUnexpected(log)
  const target = formatEndpoint(config.address.endpoint)
  log.info(
    {
      version: buildInfo.version,
      targets: [target],
      interval: formatDuration(config.pollInterval),
      timeout: formatDuration(config.pollTimeout),
      maxAge: formatDuration(config.pollMaxAge),
    },
    'starting',
  )
  for (const warning of config.warnings) log.warn(warning)
  const store = createSnapshotStore([target], config.pollMaxAge, clock)
  const { address, credentials, redisOnlyMetrics, includeRuntimeMetrics } = config
  const isOn = ({ name }: { readonly name: string }) => config.collectors.has(name)
  const walking = keyCollectors.filter(isOn)
  const scanMetrics = createScanMetrics(config.namespace, clock)
  const scans = walking.some((one) => one.isWanted(config)) ? [scanMetrics] : []
  const build = redisOnlyMetrics ? undefined : buildInfo
  const ownMetrics = createOwnMetrics(config.namespace, build, ...scans)
  const requests = createRequestCounter(config.namespace)
  const families = includeRuntimeMetrics ? (['process', 'nodejs'] as const) : (['process'] as const)
  const self = await startSelfBody(ownMetrics, redisOnlyMetrics ? [] : families, (err) =>
    log.error({ err }, 'the metrics of the exporter itself could not be read'),
  )
  const { tasks, scanner } = createTargetTasks({
    target,
    settings: config,
    collectors: collectors.filter(isOn),
    keyCollectors: walking,
    connect: createConnect(address.endpoint, credentials, config),
    connectInBulk: () => createSocketConnection(address.endpoint, credentials, config),
    store,
    ownMetrics,
    scanFigures: scanMetrics,
    onPolled: self.refresh,
    clock,
    log,
  })
  const exactText = () => requests.text() + (scanner ? scanMetrics.text() : '')
  const schedule = startSchedule(tasks, clock, log)
  const health = createHealth({
    clock,
    lastTick: schedule.lastTick,
    targets: store.states,
    maximumAgeMilliseconds: config.pollMaxAge,
  })
  const app = createApp({
    metricsPath: config.metricsPath,
    metrics: { store, self: self.current, requests: exactText },
    health,
    page: () => ({
      version: buildInfo.version,
      pollSeconds: config.pollInterval / 1e3,
      targets: store.states(),
      ...(scanner ? { scans: [scanner.state()] } : {}),
    }),
    log,
  })
  const server = await listen(app, config, requests.count, log)
  log.info({ port: server.port, path: config.metricsPath }, 'listening')
  stopOnSignal(schedule, server, log)
}

async function listen(
  app: ReturnType<typeof createApp>,
  { listenAddress: { host, port } }: Config,
  onAnswer: (path: string, code: number) => void,
  log: Log,
): Promise<RunningServer> {
  try {
    return await startServer({ app, host, port, onAnswer })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown failure'
    const place = `${host ?? ''}:${port}`
    const hint = code === 'EADDRINUSE' ? 'another program listens there' : String(code)
    log.fatal({ code }, `cannot listen on ${place}: ${hint}; see --web.listen-address`)
    process.exit(1)
  }
}

function stopOnSignal(schedule: Schedule, server: RunningServer, log: Log): void {
  let stopping = false
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    schedule.stop()
    await server.stop(graceMilliseconds)
    log.info('stopped')
    // A poll may still wait for its server; nothing is owed to it.
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
}

// Half alive would be worse than gone: whoever runs us starts us again.
function exitOnUnexpected(log: Log): void {
  function exit(err: unknown): void {
    log.fatal({ err }, 'unexpected failure')
    process.exit(1)
  }
  process.on('uncaughtException', exit)
  process.on('unhandledRejection', exit)
}

void main()
