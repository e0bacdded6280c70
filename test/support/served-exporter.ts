import { nearestName } from '../../src/config/nearest-name.ts'
import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import type { KnownDeployment } from '../../src/discovery/deployments.ts'
import type { NamedState } from '../../src/discovery/opened-topology.ts'
import { createApp } from '../../src/http/app.ts'
import type { ConnectionLimits } from '../../src/http/connections.ts'
import type { ClusterNodesOf } from '../../src/http/discovery-routes.ts'
import type { CollectorFamilies } from '../../src/http/family-choice.ts'
import { createHealth } from '../../src/http/health.ts'
import {
  type HttpServerOptions,
  type Protection,
  startHttpServer,
} from '../../src/http/http-server.ts'
import type { OnDemandAnswers } from '../../src/http/on-demand-answers.ts'
import type { Reload } from '../../src/http/reload-route.ts'
import { type EncodedBody, encodeBody } from '../../src/metrics/encoded-body.ts'
import { createRequestCounter } from '../../src/metrics/request-counter.ts'
import { createJoinedTargets } from '../../src/poller/joined-targets.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import type { ServerFigures } from '../../src/poller/server-figures.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import type { HeldTarget } from '../../src/poller/target-snapshots.ts'
import type { WalkState } from '../../src/poller/walk-task.ts'
import type { Shard } from '../../src/targets/shard.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { heldTarget } from './held-target.ts'
import { type HttpOptions, type HttpResponse, httpRequest } from './http-get.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'

export interface ServedOptions {
  readonly target?: string
  /** The label that names the target in its series, where there are several or may be. */
  readonly targetLabel?: string
  readonly scrapeEndpoint?: boolean
  readonly onDemand?: OnDemandAnswers | undefined
  readonly clusterNodes?: ClusterNodesOf
  /** Which part of the targets is ours, and what other exporters have. */
  readonly shard?: Shard
  readonly elsewhere?: readonly Pick<HeldTarget, 'name' | 'address'>[]
  /** Whether all targets are known; unless given they are. */
  readonly isComplete?: () => boolean
  readonly collectors?: readonly CollectorFamilies[]
  readonly metricsPath?: string
  /** A free one unless given. */
  readonly port?: number
  /** What pages tell of walks and whole topologies. */
  readonly walks?: readonly WalkState[]
  readonly clusters?: readonly KnownCluster[]
  readonly deployments?: readonly KnownDeployment[]
  /** How it was to find them. */
  readonly discovery?: readonly NamedState[]
  /** What the exporter tells of itself. */
  readonly own?: string
  /** What is told of whole topologies. */
  readonly ofTopologies?: string
  /** Stands in for the store at scrapes. */
  readonly store?: Pick<SnapshotStore, 'serve'>
  readonly limits?: Partial<ConnectionLimits>
  /** Where it may be asked for over HTTP. */
  readonly reload?: Reload
  /** Where it listens besides that, in the place of that port. */
  readonly addresses?: HttpServerOptions['addresses']
  /** What protects its port. */
  readonly protection?: Protection
}

/** The HTTP side of the exporter on a free port of 127.0.0.1, with a clock that stands still. */
export interface ServedExporter extends RecordedLog, AsyncDisposable {
  readonly port: number
  readonly places: readonly string[]
  readonly clock: FakeClock
  /** What was counted, as `path code`, answer by answer. */
  readonly answers: readonly string[]
  /** Why connections were closed before their time, one by one. */
  readonly closings: readonly string[]
  /** How many requests for targets were refused. */
  refused(): number
  /** A poll ended with this result. */
  poll(result: PollResult): Promise<void>
  /** Its target is watched no more. */
  close(): void
  /** Another target is watched from now on. */
  watch(target: Partial<HeldTarget> & Pick<HeldTarget, 'name'>): WatchedTarget
  /** The schedule ticks. */
  tick(): void
  /** From now on the exporter tells this of itself. */
  tellOfSelf(text: string): Promise<void>
  request(path: string, options?: HttpOptions): Promise<HttpResponse>
  stop(graceMilliseconds: number): Promise<void>
}

export interface WatchedTarget {
  poll(result: PollResult): Promise<void>
  /** Polls with these figures one after the other ended with this result otherwise. */
  remember(result: PollResult, figures: readonly ServerFigures[]): Promise<void>
  close(): void
}

export const maximumAge = 45_000

export async function serveExporter(options: ServedOptions = {}): Promise<ServedExporter> {
  const { target = 'redis://localhost:6379', metricsPath = '/metrics', own = 'self 1\n' } = options
  const { targetLabel, scrapeEndpoint = true, collectors = [] } = options
  const { clusterNodes = () => undefined, isComplete = () => true } = options
  const clock = fakeClock()
  const recorded = recordedLog()
  const store = createSnapshotStore(clock)
  const open = heldTarget(store, target, maximumAge)
  const requests = createRequestCounter('redis')
  const ownText = (name: string) =>
    `# HELP redis_own it\n# TYPE redis_own gauge\nredis_own{of="${name}"} 1\n`
  let refused = 0
  const publish = async (held: OpenTarget, result: PollResult) =>
    held.publish(await renderSnapshot('redis', result, clock.monotonic(), maximumAge))
  const answers: string[] = []
  const closings: string[] = []
  let ownBody: EncodedBody = await encodeBody(own)
  const ofTopologies = await encodeBody(options.ofTopologies ?? '')
  let lastTick = clock.monotonic()
  let tickingSince = lastTick
  const app = createApp({
    metricsPath,
    metrics: {
      store: options.store ?? store,
      own: () => ownBody,
      topologies: async () => [ofTopologies],
      requests: requests.text,
    },
    health: createHealth({
      clock,
      lastTick: () => lastTick,
      tickingSince: () => tickingSince,
      readiness: store.readiness,
      targets: store.judged,
      maximumAgeMilliseconds: maximumAge,
    }),
    targets: {
      namespace: 'redis',
      several: targetLabel !== undefined,
      targets: store.targets,
      index: store.index,
      isComplete,
      states: store.eachState,
      collectors,
      nearestName,
      joined: createJoinedTargets({ store, targetLabel, ownText, clock }),
      ownText,
      watched: async () => () => ({ source: 'of the test', nextPoll: clock.wall() + 5_000 }),
      scrapeEndpoint,
      onDemand: options.onDemand,
      clusterNodes,
      shard: options.shard,
      elsewhere: () => options.elsewhere ?? [],
      onRefused: () => {
        refused += 1
      },
    },
    page: {
      version: '1.2.3',
      config: { namespace: 'redis', pollInterval: 15_000, shard: options.shard },
      store,
      walks: () => options.walks ?? [],
      topologies: {
        clusters: () => options.clusters ?? [],
        deployments: () => options.deployments ?? [],
        states: () => options.discovery ?? [],
      },
      clock,
    },
    ...(options.reload ? { reload: options.reload } : {}),
    log: recorded.log,
  })
  const server = await startHttpServer({
    app,
    addresses: options.addresses ?? [{ host: '127.0.0.1', port: options.port ?? 0 }],
    protection: options.protection,
    onAnswer(path, code) {
      requests.count(path, code)
      answers.push(`${path} ${code}`)
    },
    onClosed: (closing) => void closings.push(closing),
    limits: options.limits ?? {},
  })
  let stopped: Promise<void> | undefined
  const stop = (grace: number) => {
    stopped ??= server.stop(grace)
    return stopped
  }
  return {
    ...recorded,
    port: server.port ?? 0,
    places: server.places,
    clock,
    answers,
    closings,
    refused: () => refused,
    poll: (result) => publish(open, result),
    close: open.close,
    watch(other) {
      const held = store.open({
        address: other.name,
        labels: {},
        maximumAgeMilliseconds: maximumAge,
        ...other,
      })
      return {
        poll: (result) => publish(held, result),
        async remember(result, all) {
          const now = clock.monotonic()
          const snapshot = await renderSnapshot('redis', result, now, maximumAge)
          for (const figures of all) held.publish({ ...snapshot, figures })
        },
        close: held.close,
      }
    },
    tick() {
      const now = clock.monotonic()
      if (now - lastTick > maximumAge) tickingSince = now
      lastTick = now
    },
    async tellOfSelf(text) {
      ownBody = await encodeBody(text)
    },
    request: (path, request) => httpRequest(`http://127.0.0.1:${server.port}${path}`, request),
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  }
}
