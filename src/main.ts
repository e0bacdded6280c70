import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { buildInfo } from './build-info.ts'
import { systemClock as clock } from './clock.ts'
import { createCollectors } from './collectors/index.ts'
import { type Config, readConfig } from './config/read-config.ts'
import { createConfiguredAddresses } from './discovery/configured-addresses.ts'
import { namesOf, startFleet } from './fleet/fleet.ts'
import { createTurnsOfFleet } from './fleet/in-turn.ts'
import { createStart } from './fleet/running-target.ts'
import { createApp } from './http/app.ts'
import { createHealth } from './http/health.ts'
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http/http-server.ts'
import { createLog, type Log, lastLinesMilliseconds } from './log.ts'
import { logStart } from './log-start.ts'
import { createOwnBody } from './metrics/own-body.ts'
import { createOwnMetrics } from './metrics/own-metrics.ts'
import { createRequestCounter } from './metrics/request-counter.ts'
import { createWalkMetrics } from './metrics/walk-metrics.ts'
import { type Schedule, startSchedule } from './poller/schedule.ts'
import { createSnapshotStore } from './poller/snapshot-store.ts'
import { endFailedConnection } from './redis/connection-scope.ts'
import { openStandardStream } from './standard-stream.ts'
import { createPasswordCommands } from './targets/password-command.ts'
import type { WaitingLines } from './waiting-lines.ts'

// Responses under way may take this long when we are told to stop; Kubernetes waits longer.
const graceMilliseconds = 3000

async function main(): Promise<void> {
  const { collectors, keyCollectors } = createCollectors()
  const request = readConfig({
    args: process.argv.slice(2),
    env: process.env,
    collectors: [...collectors, ...keyCollectors],
    readFile: (path) => readFileSync(path, 'utf8'),
    passwords: {
      readFile: (path) => readFile(path, 'utf8'),
      runCommand: createPasswordCommands({ env: process.env }),
    },
  })
  switch (request.kind) {
    case 'help':
    case 'acl':
      return print('stdout', request.text)
    case 'version': {
      const commit = buildInfo.commit || 'unknown'
      const version = `redis-exporter ${buildInfo.version} (commit ${commit}, Node.js ${process.version})`
      return print('stdout', `${version}\n`)
    }
    case 'mistakes': {
      const mistakes = request.mistakes.map((text) => `  ${text}\n`).join('')
      print('stderr', `redis-exporter cannot start:\n${mistakes}`)
      process.exit(2)
      break
    }
    case 'run':
      await run(request.config)
  }
}

// As the log does: a reader that went away is no reason for a stack.
function print(name: 'stdout' | 'stderr', text: string): void {
  const stream = openStandardStream(name)
  stream.write(text)
  stream.flush(lastLinesMilliseconds)
}

async function run(config: Config): Promise<void> {
  const { namespace, redisOnlyMetrics, includeRuntimeMetrics } = config
  const addresses = createConfiguredAddresses(config.addresses, config.settings, clock)
  const sources = [addresses]
  const isOne = addresses.wanted().length === 1
  const targetLabel = isOne ? undefined : config.targetLabel
  const walkMetrics = createWalkMetrics(namespace, clock, targetLabel)
  const build = redisOnlyMetrics ? undefined : buildInfo
  const ownMetrics = createOwnMetrics(namespace, build, { targetLabel, further: [walkMetrics] })
  const output = openStandardStream('stdout', ownMetrics.logLinesDropped)
  const log = createLog(config.log, output)
  exitOnUnexpected(log)
  ignoreSignals(log)
  logStart(config, namesOf(sources.flatMap((source) => source.wanted())), log)
  const store = createSnapshotStore(clock, targetLabel)
  const requests = createRequestCounter(namespace)
  const families = includeRuntimeMetrics ? (['process', 'nodejs'] as const) : (['process'] as const)
  const ownBody = createOwnBody(ownMetrics, redisOnlyMetrics ? [] : families, clock, (err) =>
    log.error({ err }, 'the metrics of the exporter itself could not be read'),
  )
  const pauseMilliseconds = config.pollMaxAge
  const schedule = startSchedule({ clock, log, spreads: !isOne, pauseMilliseconds })
  const fleet = startFleet({
    sources,
    start: createStart({
      namespace,
      createCollectors,
      schedule,
      store,
      ownMetrics,
      walkMetrics,
      turns: isOne ? undefined : createTurnsOfFleet(config),
      onPolled: async () => ownBody.outdate(),
      clock,
      log,
    }),
    log,
  })
  const health = createHealth({
    clock,
    lastTick: schedule.lastTick,
    tickingSince: schedule.tickingSince,
    readiness: store.readiness,
    targets: store.states,
    sources: fleet.sources,
    maximumAgeMilliseconds: config.pollMaxAge,
  })
  const exactText = () => requests.text() + walkMetrics.text()
  const app = createApp({
    metricsPath: config.metricsPath,
    metrics: { store, own: ownBody.current, requests: exactText },
    health,
    page: () => ({
      version: buildInfo.version,
      pollSeconds: config.pollInterval / 1e3,
      targets: store.states(),
      walks: fleet.walks(),
    }),
    log,
  })
  const server = await listen(
    config,
    { app, onAnswer: requests.count, onClosed: ownMetrics.connectionClosed },
    log,
  )
  log.info({ port: server.port, path: config.metricsPath }, 'listening')
  stopOnSignal(schedule, server, log, output)
}

async function listen(
  { listenAddress: { host, port } }: Config,
  served: Pick<HttpServerOptions, 'app' | 'onAnswer' | 'onClosed'>,
  log: Log,
): Promise<HttpServer> {
  try {
    return await startHttpServer({ ...served, host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown failure'
    const place = `${host ?? ''}:${port}`
    const hint = code === 'EADDRINUSE' ? 'another program listens there' : String(code)
    log.fatal({ code }, `cannot listen on ${place}: ${hint}; see --web.listen-address`)
    process.exit(1)
  }
}

function stopOnSignal(
  schedule: Schedule,
  server: HttpServer,
  log: Log,
  output: WaitingLines,
): void {
  let stopping = false
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    schedule.stop()
    await server.stop(graceMilliseconds)
    log.info('stopped')
    output.flush(lastLinesMilliseconds)
    // A poll may still wait for its server; nothing is owed to it.
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
}

// Each of them would end us, or, SIGUSR1, open a port for a debugger.
function ignoreSignals(log: Log): void {
  for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
    process.on(signal, () => log.info({ signal }, 'signal ignored'))
}

// What fails within a connection ends that connection. Beyond it, half alive would be worse than
// gone: whoever runs us starts us again.
function exitOnUnexpected(log: Log): void {
  function exit(err: unknown): void {
    if (endFailedConnection()) {
      log.error({ err }, 'the client of a connection failed unexpectedly; the connection was ended')
      return
    }
    log.fatal({ err }, 'unexpected failure')
    process.exit(1)
  }
  process.on('uncaughtException', exit)
  process.on('unhandledRejection', exit)
}

void main()
