import type { Handler } from 'hono'
import type { HeldTarget } from '../poller/target-snapshots.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { ownAddress } from './own-address.ts'
import { sendList } from './send-json.ts'

export const scrapePath = '/scrape'

/**
 * `/sd`: service discovery for Prometheus that needs no relabelling. Each group says by its labels that
 * it is scraped through us, and which target it is.
 * Source: https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function serviceDiscoveryRoute(targets: () => readonly HeldTarget[]): Handler<NodeContext> {
  return (c) => {
    const address = ownAddress(c.env.incoming)
    if (address === undefined)
      return tellWhy(c, { status: 400, message: 'The request names a host that is none.' })
    return sendList(c, groupsOf(targets(), address), { Vary: 'Host' })
  }
}

function* groupsOf(targets: readonly HeldTarget[], exporter: string): Generator<object> {
  for (const { name, address, labels } of targets)
    yield {
      targets: [exporter],
      labels: {
        ...labels,
        __metrics_path__: scrapePath,
        __param_target: address,
        instance: name,
      },
    }
}
