import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { buildInfo } from './build-info.ts'
import { systemClock as clock } from './clock.ts'
import { createCollectors } from './collectors/index.ts'
import { nearestName } from './config/nearest-name.ts'
import { type Config, readConfig } from './config/read-config.ts'
import { refusals } from './discovery/on-demand.ts'
import { fitHeap } from './fit-heap.ts'
import { type Fleet, namesOf, startFleet } from './fleet/fleet.ts'
import { followTopologies } from './fleet/follow-topologies.ts'
import { createTurnsOfFleet } from './fleet/in-turn.ts'
import { createStart } from './fleet/running-target.ts'
import { createWatched } from './fleet/watched-target.ts'
import { createApp } from './http/app.ts'
import { createHealth } from './http/health.ts'
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http/http-server.ts'
import { createProbeApp } from './http/probe-app.ts'
import type { Reload } from './http/reload-route.ts'
import { createLog, type Log, lastLinesMilliseconds } from './log.ts'
import { logStart } from './log-start.ts'
import { createDiscoveryMetrics } from './metrics/discovery-metrics.ts'
import { labelNames } from './metrics/label-names.ts'
import { createOnDemandMetrics } from './metrics/on-demand-metrics.ts'
import { createOwnBody, type ProcessFamilies } from './metrics/own-body.ts'
import { createOwnMetrics } from './metrics/own-metrics.ts'
import { createPortMetrics } from './metrics/port-metrics.ts'
import { createRequestCounter } from './metrics/request-counter.ts'
import { createShardMetrics } from './metrics/shard-metrics.ts'
import { createTargetsFileMetrics } from './metrics/targets-file-metrics.ts'
import { createWalkMetrics } from './metrics/walk-metrics.ts'
import { openOnDemand } from './open-on-demand.ts'
import { isProtected, openProtection, shownProtection } from './open-protection.ts'
import { type OpenedSources, openSources } from './open-sources.ts'
import { createJoinedTargets } from './poller/joined-targets.ts'
import { startSchedule } from './poller/schedule.ts'
import { createSnapshotStore } from './poller/snapshot-store.ts'
import { quickenStrings } from './redis/quick-strings.ts'
import { reloadOf } from './reload.ts'
import { answerSignals, endOnSignal, stopOnSignal } from './signals.ts'
import { openStandardStream } from './standard-stream.ts'
import { textOfBytes } from './targets/any-bytes.ts'
import { lookupThreads } from './targets/lookup-threads.ts'
import { createNameLookups } from './targets/name-lookups.ts'
import { createPasswordCommands } from './targets/password-command.ts'
import { type IsOurs, isOursOn } from './targets/shard.ts'
import { createGiveWay, letHelpersWait } from './thread-priorities.ts'
import { exitOnUnexpected } from './unexpected-failures.ts'

async function main(): Promise<void> {
  quickenStrings()
  const served = endOnSignal()
  const { collectors, keyCollectors } = createCollectors()
  const all = [...collectors, ...keyCollectors]
  const request = readConfig({
    args: process.argv.slice(2),
    env: process.env,
    collectors: all,
    takenLabels: labelNames(all.flatMap(({ metrics }) => metrics)),
    readFile: (path) => textOfBytes(readFileSync(path)),
    passwords: {
      readFile: async (path) => textOfBytes(await readFile(path)),
      runCommand: createPasswordCommands({ env: process.env }),
    },
    hostName: hostname(),
    processId: process.pid,
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
      await run(request.config, served)
  }
}

/** Ends the process where there are mistakes. */
function refuseToStart(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return
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

/** Whether there is one target and never another, so that nothing has to say which one it is of. */
function watchesOne({ addresses, targetsFile, settings, shard }: Config): boolean {
  const isAddress = addresses.length === 1 && !targetsFile
  return isAddress && settings.discover === 'none' && (!shard || shard.total === 1)
}

/** What is told of the process and of Node.js. */
function ownFamilies({ redisOnlyMetrics, includeRuntimeMetrics }: Config): ProcessFamilies {
  if (redisOnlyMetrics) return []
  return includeRuntimeMetrics ? ['process', 'nodejs'] : ['process']
}

/** What leads to others is asked by each of several exporters. */
function wantedAtStart(sources: OpenedSources['sources'], isOurs: IsOurs) {
  const wanted = sources.flatMap((source) => source.wanted())
  return wanted.filter(({ settings, address }) => settings.discover !== 'none' || isOurs(address))
}

async function run(config: Config, served: () => void): Promise<void> {
  const { namespace, redisOnlyMetrics, shard } = config
  const isOne = watchesOne(config)
  const isOurs = isOursOn(shard)
  const targetLabel = isOne ? undefined : config.targetLabel
  const walkMetrics = createWalkMetrics(namespace, clock, !isOne)
  const build = redisOnlyMetrics ? undefined : buildInfo
  const fileMetrics = createTargetsFileMetrics(namespace)
  const shardCounts = () => ({ ours: fleet.count(), elsewhere: fleet.elsewhere().length })
  const portMetrics = createPortMetrics(namespace)
  const onDemandMetrics = config.scrapeAllow?.length
    ? createOnDemandMetrics(namespace, refusals)
    : undefined
  const discoveryMetrics = createDiscoveryMetrics(namespace, () => topologies.states())
  const further = [
    walkMetrics,
    ...(isOne ? [] : [discoveryMetrics]),
    ...(config.targetsFile ? [fileMetrics] : []),
    ...(onDemandMetrics ? [onDemandMetrics] : []),
    ...(isProtected(config) ? [portMetrics] : []),
    ...(shard ? [createShardMetrics(namespace, shard, shardCounts)] : []),
  ]
  const ownMetrics = createOwnMetrics(namespace, build, { several: !isOne, further })
  const output = openStandardStream('stdout', ownMetrics.logLinesDropped)
  const log = createLog(config.log, output)
  if (!isOne) letHelpersWait(log)
  const onWalked = createGiveWay(log)
  exitOnUnexpected(log)
  let reload: Reload | undefined
  answerSignals(log, () => reload)
  const registry = createCollectors()
  const opened = await openSources(config, registry, clock, log)
  const { protection, mistakes } = await openProtection(config, portMetrics, clock, log)
  refuseToStart([...mistakes, ...opened.mistakes])
  const { file } = opened
  const port = protection?.port
  reload = reloadOf([file, port])
  logStart(config, namesOf(wantedAtStart(opened.sources, isOurs)), log)
  const store = createSnapshotStore(clock)
  const requests = createRequestCounter(namespace)
  const ownBody = createOwnBody(ownMetrics, ownFamilies(config), clock, (err) =>
    log.error({ err }, 'the metrics of the exporter itself could not be read'),
  )
  const onFile = () => {
    if (file) fileMetrics.tell(file.state())
    ownBody.outdate()
  }
  onFile()
  file?.onChange(onFile)
  const onPort = () => {
    if (port) portMetrics.tell(port.state(), port.current().tls?.certificates ?? [])
    ownBody.outdate()
  }
  onPort()
  port?.onChange(onPort)
  const pauseMilliseconds = config.pollMaxAge
  const schedule = startSchedule({ clock, log, spreads: !isOne, pauseMilliseconds })
  const lookups = createNameLookups({ threads: lookupThreads(process.env.UV_THREADPOOL_SIZE) })
  const lookUp = lookups.configured
  const { sources, topologies, watch } = followTopologies({
    ...config,
    sources: opened.sources,
    pollNow: (addresses) => fleet.pollNow(addresses),
    sharing: { isOurs, elsewhere: () => fleet.elsewhere() },
    lookUp,
    counts: discoveryMetrics,
    clock,
    log,
  })
  const turns = isOne ? undefined : createTurnsOfFleet(config)
  const fleet: Fleet = startFleet({
    sources,
    start: createStart({
      namespace,
      createCollectors,
      schedule,
      lookUp,
      store,
      ownMetrics,
      walkMetrics,
      watch,
      turns,
      onPolled: async () => ownBody.outdate(),
      onWalked,
      clock,
      log,
    }),
    isOurs,
    log,
  })
  const textOf = (target: string) => ownMetrics.textOf(target) + walkMetrics.textOf(target)
  const onDemand = openOnDemand({
    config,
    schedule,
    lookUp: lookups.strangers,
    walking: turns?.walking,
    metrics: onDemandMetrics,
    configured: () => [...store.targets(), ...fleet.elsewhere()],
    textBeside: ownMetrics.textBeside,
    onChange: ownBody.outdate,
    onWalked,
    clock,
    log,
  })
  const health = createHealth({
    clock,
    lastTick: schedule.lastTick,
    tickingSince: schedule.tickingSince,
    readiness: store.readiness,
    targets: store.judged,
    hasBegun: fleet.hasBegun,
    sources: () => [...fleet.sources(), ...(port ? [{ name: 'web-config', ...port.state() }] : [])],
    maximumAgeMilliseconds: config.pollMaxAge,
  })
  const exactText = () => requests.text() + walkMetrics.text()
  const app = createApp({
    metricsPath: config.metricsPath,
    metrics: { store, own: ownBody.current, topologies: watch.bodies, requests: exactText },
    health,
    page: { config, version: buildInfo.version, store, walks: fleet.walks, topologies, clock },
    targets: {
      namespace,
      several: !isOne,
      targets: store.targets,
      index: store.index,
      isComplete: fleet.isComplete,
      *states() {
        yield* store.eachState()
        yield* onDemand?.targets.store.eachState() ?? []
      },
      collectors: [...registry.collectors, ...registry.keyCollectors],
      nearestName,
      shard,
      elsewhere: fleet.elsewhere,
      joined: createJoinedTargets({ store, targetLabel, ownText: textOf, clock }),
      ownText: (target) => textOf(target) + ownMetrics.textBeside(),
      watched: createWatched({
        sources: onDemand ? [...sources, onDemand.targets.source] : sources,
        schedule,
        clock,
      }),
      onDemand: onDemand?.answers,
      scrapeEndpoint: !config.disableScrapeEndpoint,
      onRefused: ownMetrics.requestFailed,
      clusterNodes: topologies.clusterNodes,
    },
    ...(reload && config.enableLifecycle ? { reload } : {}),
    log,
  })
  const counted = { onAnswer: requests.count, onClosed: ownMetrics.connectionClosed }
  const { listenAddresses, probeAddress } = config
  const ofProbes = probeAddress && { app: createProbeApp(health), addresses: [probeAddress] }
  const servers = await Promise.all([
    listen({ ...counted, app, protection, addresses: listenAddresses }, 'web.listen-address', log),
    ...(ofProbes ? [listen({ ...counted, ...ofProbes }, 'web.probe-address', log)] : []),
  ])
  const [server] = servers
  const places = servers.flatMap((one) => one.places)
  log.info(
    { port: server?.port, places, path: config.metricsPath, ...shownProtection(port) },
    'listening',
  )
  served()
  fitHeap(isOne, config.settings)
  stopOnSignal(schedule, servers, log, output)
}

async function listen(served: HttpServerOptions, flag: string, log: Log): Promise<HttpServer> {
  try {
    return await startHttpServer(served)
  } catch (error) {
    const { code, place, reason = 'unknown failure' } = error as Readonly<Record<string, unknown>>
    const isHandedOver = served.addresses.some((one) => 'descriptor' in one)
    const setting = isHandedOver ? 'web.systemd-socket' : flag
    log.fatal({ code }, `cannot listen on ${place}: ${reason}; see --${setting}`)
    process.exit(1)
  }
}

void main()
