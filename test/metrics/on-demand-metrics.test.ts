import { expect, test } from 'vitest'
import { createOnDemandMetrics } from '../../src/metrics/on-demand-metrics.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

test('what is watched is told, and each reason for a refusal from 0 on', async () => {
  const metrics = createOnDemandMetrics('redis', ['form', 'rule'])
  metrics.watched(3)
  metrics.refused('rule')
  metrics.refused('rule')

  expect(withoutHelp(await metrics.render())).toBe(unindented`
    # TYPE redis_exporter_on_demand_targets gauge
    redis_exporter_on_demand_targets 3
    # TYPE redis_exporter_on_demand_refusals_total counter
    redis_exporter_on_demand_refusals_total{reason="form"} 0
    redis_exporter_on_demand_refusals_total{reason="rule"} 2
  `)
})
