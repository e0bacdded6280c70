import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { buildInfo } from './build-info.ts'
import { systemClock as clock } from './clock.ts'
import { createCollectors } from './collectors/index.ts'
import { nearestName } from './config/nearest-name.ts'
import { type Config, readConfig } from './config/read-config.ts'
import type { TargetsFile } from './discovery/targets-file.ts'
import { type Fleet, namesOf, startFleet } from './fleet/fleet.ts'
import { followTopologies } from './fleet/follow-topologies.ts'
import { createTurnsOfFleet } from './fleet/in-turn.ts'
import { createStart } from './fleet/running-target.ts'
import { createWatched } from './fleet/watched-target.ts'
import { createApp } from './http/app.ts'
import { createHealth } from './http/health.ts'
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http/http-server.ts'
import { createLog, type Log, lastLinesMilliseconds } from './log.ts'
import { logStart } from './log-start.ts'
import { labelNames } from './metrics/label-names.ts'
import { createOwnBody } from './metrics/own-body.ts'
import { createOwnMetrics } from './metrics/own-metrics.ts'
import { createRequestCounter } from './metrics/request-counter.ts'
import { createShardMetrics } from './metrics/shard-metrics.ts'
import { createTargetsFileMetrics } from './metrics/targets-file-metrics.ts'
import { createWalkMetrics } from './metrics/walk-metrics.ts'
import { openSources } from './open-sources.ts'
import { createJoinedTargets } from './poller/joined-targets.ts'
import { startSchedule } from './poller/schedule.ts'
import { createSnapshotStore } from './poller/snapshot-store.ts'
import { answerSignals, stopOnSignal } from './signals.ts'
import { openStandardStream } from './standard-stream.ts'
import { createPasswordCommands } from './targets/password-command.ts'
import { isOursOn } from './targets/shard.ts'
import { exitOnUnexpected } from './unexpected-failures.ts'

async function main(): Promise<void> {
  const { collectors, keyCollectors } = createCollectors()
  const all = [...collectors, ...keyCollectors]
  const request = readConfig({
    args: process.argv.slice(2),
    env: process.env,
    collectors: all,
    takenLabels: labelNames(all.flatMap(({ metrics }) => metrics)),
    readFile: (path) => readFileSync(path, 'utf8'),
    passwords: {
      readFile: (path) => readFile(path, 'utf8'),
      runCommand: createPasswordCommands({ env: process.env }),
    },
    hostName: hostname(),
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
    case 'mistakes':
      refuseToStart(request.mistakes)
      break
    case 'run':
      await run(request.config)
  }
}

function refuseToStart(mistakes: readonly string[]): void {
  const lines = mistakes.map((text) => `  ${text}\n`).join('')
  print('stderr', `redis-exporter cannot start:\n${lines}`)
  process.exit(2)
}

// As the log does: a reader that went away is no reason for a stack.
function print(name: 'stdout' | 'stderr', text: string): void {
  const stream = openStandardStream(name)
  stream.write(text)
  stream.flush(lastLinesMilliseconds)
}

async function run(config: Config): Promise<void> {
  const { namespace, redisOnlyMetrics, includeRuntimeMetrics, shard } = config
  const isWhole = !shard || shard.total === 1
  const isAddress = config.addresses.length === 1 && !config.targetsFile
  const isOne = isAddress && config.settings.discover === 'none' && isWhole
  const isOurs = isOursOn(shard)
  const targetLabel = isOne ? undefined : config.targetLabel
  const walkMetrics = createWalkMetrics(namespace, clock, !isOne)
  const build = redisOnlyMetrics ? undefined : buildInfo
  const fileMetrics = createTargetsFileMetrics(namespace)
  const shardCounts = () => ({ ours: fleet.count(), elsewhere: fleet.elsewhere().length })
  const further = [
    walkMetrics,
    ...(config.targetsFile ? [fileMetrics] : []),
    ...(shard ? [createShardMetrics(namespace, shard, shardCounts)] : []),
  ]
  const ownMetrics = createOwnMetrics(namespace, build, { several: !isOne, further })
  const output = openStandardStream('stdout', ownMetrics.logLinesDropped)
  const log = createLog(config.log, output)
  exitOnUnexpected(log)
  let file: TargetsFile | undefined
  answerSignals(log, () => file)
  const registry = createCollectors()
  const opened = await openSources(config, registry, clock, log)
  if (opened.mistakes.length > 0) refuseToStart(opened.mistakes)
  file = opened.file
  const configured = opened.sources.flatMap((source) => source.wanted())
  // What leads to others is asked by each of several exporters.
  const isShown = (one: (typeof configured)[number]) =>
    one.settings.discover !== 'none' || isOurs(one.address)
  logStart(config, namesOf(configured.filter(isShown)), log)
  const store = createSnapshotStore(clock)
  const requests = createRequestCounter(namespace)
  const families = includeRuntimeMetrics ? (['process', 'nodejs'] as const) : (['process'] as const)
  const ownBody = createOwnBody(ownMetrics, redisOnlyMetrics ? [] : families, clock, (err) =>
    log.error({ err }, 'the metrics of the exporter itself could not be read'),
  )
  const onFile = () => {
    if (file) fileMetrics.tell(file.state())
    ownBody.outdate()
  }
  onFile()
  file?.onChange(onFile)
  const pauseMilliseconds = config.pollMaxAge
  const schedule = startSchedule({ clock, log, spreads: !isOne, pauseMilliseconds })
  const { sources, topologies, watch } = followTopologies({
    ...config,
    sources: opened.sources,
    pollNow: (addresses) => fleet.pollNow(addresses),
    sharing: { isOurs, elsewhere: () => fleet.elsewhere() },
    clock,
    log,
  })
  const fleet: Fleet = startFleet({
    sources,
    start: createStart({
      namespace,
      createCollectors,
      schedule,
      store,
      ownMetrics,
      walkMetrics,
      watch,
      turns: isOne ? undefined : createTurnsOfFleet(config),
      onPolled: async () => ownBody.outdate(),
      clock,
      log,
    }),
    isOurs,
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
  const textOf = (target: string) => ownMetrics.textOf(target) + walkMetrics.textOf(target)
  const exactText = () => requests.text() + walkMetrics.text() + watch.text()
  const app = createApp({
    metricsPath: config.metricsPath,
    metrics: { store, own: ownBody.current, requests: exactText },
    health,
    page: () => ({
      version: buildInfo.version,
      pollSeconds: config.pollInterval / 1e3,
      shard,
      targets: store.states(),
      walks: fleet.walks(),
    }),
    targets: {
      namespace,
      several: !isOne,
      targets: store.targets,
      isComplete: fleet.isComplete,
      states: store.states,
      collectors: [...registry.collectors, ...registry.keyCollectors],
      nearestName,
      shard,
      elsewhere: fleet.elsewhere,
      joined: createJoinedTargets({ store, targetLabel, ownText: textOf, clock }),
      ownText: (target) => textOf(target) + ownMetrics.textBeside(),
      watched: createWatched({ sources, schedule, clock }),
      scrapeEndpoint: !config.disableScrapeEndpoint,
      onRefused: ownMetrics.requestFailed,
      clusterNodes: topologies.clusterNodes,
    },
    ...(file && config.enableLifecycle ? { reload: file.reload } : {}),
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

void main()
