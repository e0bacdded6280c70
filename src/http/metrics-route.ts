import type { Context, Handler } from 'hono'
import { type EncodedBody, prepareBody } from '../metrics/encoded-body.ts'
import type { Choice, JoinedTargets } from '../poller/joined-targets.ts'
import type { ServedSnapshot, SnapshotStore } from '../poller/snapshot-store.ts'
import { type Asked, isNotServed } from './asked.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { createPrepareServed } from './prepare-served.ts'
import { queryOf } from './request-path.ts'
import { createSendMetrics, type MetricsBody } from './send-metrics.ts'

export interface MetricsSource {
  readonly store: Pick<SnapshotStore, 'serve'>
  /** What the exporter tells of itself; the same object for as long as nothing changes. */
  readonly own: () => EncodedBody | Promise<EncodedBody>
  /** What is told of whole topologies, where there are several targets. */
  readonly topologies?: () => Promise<readonly EncodedBody[]>
  /** The request counter, exact at every scrape. */
  readonly requests: () => string
}

/** What is served where there are several targets, or where a part of the metrics is asked for. */
export interface JoinedMetrics {
  readonly joined: JoinedTargets
  readonly asked: Asked
  /** Whether there are several targets, or may be. */
  readonly several: boolean
}

/**
 * Serves what is known of all targets with the exporter's own metrics behind it. A query may ask for
 * some targets (`target`) and for what some collectors gave (`collect[]`); what the exporter tells of
 * itself is there in any case, as with the node_exporter, and what it tells of whole topologies where
 * neither a target nor a collector is named.
 */
export function metricsRoute(
  { store, own, topologies = async () => [], requests: last }: MetricsSource,
  several?: JoinedMetrics,
): Handler<NodeContext> {
  const prepare = createPreparation(store, last)
  const { encoding, send } = createSendMetrics()

  async function sendJoined(c: Context<NodeContext>, joined: JoinedTargets, choice?: Choice) {
    // A poll that ends while they are put together is counted behind them, as it is served next.
    const { prepared, revision } = await joined.serve(encoding(c), choice)
    const beside = [await own(), ...(isWhole(choice) ? await topologies() : [])]
    return send(c, { prepared: prepareBody(beside, prepared), revision, last })
  }

  return function metrics(c) {
    const query = several && queryOf(c.env.incoming.url)
    const choice = query ? several.asked.choice(query) : undefined
    if (isNotServed(choice)) return tellWhy(c, choice)
    if (several && (choice || several.several)) return sendJoined(c, several.joined, choice)
    const now = own()
    return now instanceof Promise
      ? now.then((later) => send(c, prepare(later)))
      : send(c, prepare(now))
  }
}

// What is told of whole topologies is of no target and no collector: of several jobs that ask for one
// each, every one would store it.
function isWhole({ targets, families }: Choice = {}): boolean {
  return !families && (!targets || targets.size === 0)
}

// The pieces are put in a row once for all scrapes between two changes. Those of the snapshot may be
// hundreds and stay for longer than what the exporter tells of itself.
function createPreparation(store: MetricsSource['store'], last: () => string) {
  const prepareServed = createPrepareServed()
  let known: { snapshot: ServedSnapshot; own: EncodedBody; body: MetricsBody } | undefined
  return (own: EncodedBody): MetricsBody => {
    const snapshot = store.serve()
    if (known?.snapshot === snapshot && known.own === own) return known.body
    const prepared = prepareBody([own], prepareServed(snapshot))
    known = { snapshot, own, body: { prepared, revision: snapshot.revision, last } }
    return known.body
  }
}
