import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { followTopologies } from '../../src/fleet/follow-topologies.ts'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { wantedTarget } from '../support/wanted-target.ts'

test.each(['cluster', 'sentinel'])(
  'the names of a %s that is asked are looked up as those of other targets',
  async (discover) => {
    const asked: string[] = []
    const wanted = wantedTarget(
      'redis://first.test:1',
      configured([`--discover=${discover}`]).settings,
    )
    const { topologies } = followTopologies({
      sources: [changingSource(wanted)],
      namespace: 'redis',
      discoverMaxAge: 60_000,
      pollNow: () => undefined,
      lookUp(host, answer) {
        asked.push(host)
        setImmediate(() => answer(new Error('the test knows no names'), []))
        return () => undefined
      },
      counts: { renewalFailed: () => undefined },
      clock: systemClock,
      log: recordedLog().log,
    })

    await eventually(() => expect(asked).toContain('first.test'))
    topologies.stop()
  },
)
