import type { Context, Handler } from 'hono'
import type { FamilyChoice, JoinedTargets } from '../poller/joined-targets.ts'
import type { ServedSnapshot, SnapshotStore } from '../poller/snapshot-store.ts'
import { type Asked, isNotServed, type NotServed } from './asked.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { notHeld, notPolledYet, type OnDemandAnswers } from './on-demand-answers.ts'
import { createPrepareServed } from './prepare-served.ts'
import { queryOf } from './request-path.ts'
import { createSendMetrics } from './send-metrics.ts'

export interface ScrapeOptions {
  readonly store: Pick<SnapshotStore, 'serve'>
  readonly joined: JoinedTargets
  readonly asked: Asked
  /** What the exporter tells of one target, and of itself beside one target, as text. */
  readonly ownText: (target: string) => string
  readonly onRefused: () => void
  /** Where targets may be asked for that nobody configured. */
  readonly onDemand?: OnDemandAnswers | undefined
}

/**
 * `/scrape?target=`: one target in the form of the Go exporter, as if there were no other. It serves
 * what the last poll gave, once there was one, and of targets that are watched alone; where that is
 * allowed, one is watched from the first request on.
 */
export function scrapeRoute(options: ScrapeOptions): Handler<NodeContext> {
  const { asked, onRefused, onDemand } = options
  const { encoding, send } = createSendMetrics()
  const prepare = createPrepareServed()

  async function sendSome(
    c: Context<NodeContext>,
    { joined }: Pick<ScrapeOptions, 'joined'>,
    name: string,
    families: FamilyChoice,
  ) {
    const choice = { targets: new Set([name]), families, withoutLabels: true }
    return send(c, { ...(await joined.serve(encoding(c), choice)), last: () => '' })
  }

  return function scrape(c) {
    const found = asked.oneTarget(queryOf(c.env.incoming.url))
    if (isNotServed(found)) {
      onRefused()
      return tellWhy(c, found)
    }
    const { name, families, isOnDemand } = found
    const from = (isOnDemand && onDemand) || options
    const served = from.store.serve(name) ?? nothing
    const why = whyNotServed(isOnDemand ? onDemand : undefined, name, served)
    if (why) {
      onRefused()
      return tellWhy(c, why)
    }
    if (families) return sendSome(c, from, name, families)
    return send(c, {
      prepared: prepare(served),
      revision: isOnDemand ? `asked-${served.revision}` : served.revision,
      last: () => from.ownText(name),
    })
  }
}

function whyNotServed(
  onDemand: OnDemandAnswers | undefined,
  name: string,
  { bodies }: ServedSnapshot,
): NotServed | undefined {
  // Without redis_up it would be neither up nor down, and a scrape that went well.
  if (bodies.length === 0) return onDemand ? notPolledYet(onDemand) : firstPollUnderWay
  return onDemand?.isTurnedAway(name) ? notHeld(onDemand) : undefined
}

const firstPollUnderWay: NotServed = {
  status: 503,
  message: 'The first poll of this target has not ended yet; ask again.',
  retrySeconds: 1,
}

const nothing: ServedSnapshot = { bodies: [], revision: '0' }
