import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createCollectors } from '../../src/collectors/index.ts'
import { createStart } from '../../src/fleet/running-target.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createWalkMetrics } from '../../src/metrics/walk-metrics.ts'
import type { Task } from '../../src/poller/schedule.ts'
import { createSnapshotStore } from '../../src/poller/snapshot-store.ts'
import { configured } from '../support/configured.ts'
import { freePort } from '../support/free-port.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const { settings } = configured(['--count-keys=*', '--scan.on=replica', '--scan.timeout=5s'])

test('a replica tells of walks while its keys are not looked at in another one', async () => {
  const address = `redis://127.0.0.1:${await freePort()}`
  let isOurs = false
  let leave: () => void = () => undefined
  const tasks: Task[] = []
  const walkMetrics = createWalkMetrics('redis', systemClock, true)
  const { log } = recordedLog()
  const target = createStart<typeof settings>({
    namespace: 'redis',
    createCollectors,
    schedule: {
      add(task) {
        tasks.push(task)
        return () => undefined
      },
      runNow: () => undefined,
    },
    lookUp: () => () => undefined,
    store: createSnapshotStore(systemClock),
    ownMetrics: createOwnMetrics('redis', undefined, { several: true }),
    walkMetrics,
    turns: undefined,
    watch: {
      note: () => undefined,
      forget: () => undefined,
      claimWalk: () => isOurs,
      onLeave: (_, given) => {
        leave = given
      },
      watchedMaster: () => undefined,
      isFurtherReplica: () => false,
    },
    onPolled: async () => {},
    clock: systemClock,
    log,
  })(wantedTarget(address, settings))
  const walk = tasks.find(({ name }) => name === `${address} walk`)

  leave()
  await walk?.run()
  expect(walkMetrics.textOf(address)).toBe('')

  // Nobody listens there, so the walk fails at once.
  isOurs = true
  await walk?.run()
  expect(walkMetrics.textOf(address)).toContain(
    'redis_exporter_scans_total{result="complete"} 0\nredis_exporter_scans_total{result="failed"} 1\n',
  )

  leave()
  expect(walkMetrics.textOf(address)).toBe('')
  target.stop('forgotten')
})
