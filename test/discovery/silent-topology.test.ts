import { expect, test } from 'vitest'
import { createTopologies, type DiscoverySettings } from '../../src/discovery/topologies.ts'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { type FakeSentinel, fakeSentinels } from '../support/fake-sentinels.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

test('a further replica stays one while no Sentinel answers, so that no keys are looked at twice', async () => {
  const sentinels: Record<'s1', FakeSentinel> = {
    s1: { masters: { orders: { host: 'o', replicas: ['r1', 'r2'] } } },
  }
  const settings: DiscoverySettings = {
    ...{ ...sentinelSettings, pollInterval: 1_000 },
    ...{ clusterDiscoverHostnames: false, discover: 'sentinel' },
  }
  const topologies = createTopologies({
    sources: [changingSource(wantedTarget('redis://s1:26379', settings))],
    connect: fakeSentinels(sentinels),
    subscribe: () => ({ close: () => undefined }),
    maximumAgeMilliseconds: 300_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
  try {
    const isFurther = () =>
      ['r1', 'r2'].map((host) => topologies.isFurtherReplica(`redis://${host}:6379`))
    await eventually(() => expect(isFurther()).toEqual([false, true]))
    sentinels.s1.isDown = true
    await eventually(() => expect(topologies.state().failure).toMatch(/still watched/))

    expect(isFurther()).toEqual([false, true])
  } finally {
    topologies.stop()
  }
})
