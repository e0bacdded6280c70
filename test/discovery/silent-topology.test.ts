import { expect, test } from 'vitest'
import { createTopologies, type DiscoverySettings } from '../../src/discovery/topologies.ts'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { type FakeSentinel, fakeSentinels } from '../support/fake-sentinels.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

test('the replicas of a master are known beside each other while no Sentinel answers, so that no keys are looked at twice', async () => {
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
    const replicas = ['redis://r1:6379', 'redis://r2:6379']
    const beside = () => topologies.replicasBeside('redis://r2:6379')
    await eventually(() => expect(beside()).toEqual([replicas]))
    sentinels.s1.isDown = true
    await eventually(() => expect(topologies.state().failure).toMatch(/still watched/))

    expect(beside()).toEqual([replicas])
  } finally {
    topologies.stop()
  }
})
