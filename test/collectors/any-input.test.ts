import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { isRedisError, reasons } from '../../src/redis/redis-error.ts'
import { anyServer } from '../support/arbitrary-server.ts'
import { undeclared } from '../support/declared.ts'
import { checkExposition } from '../support/exposition.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { collectors } from '../support/registry.ts'

// Many runs each, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 })

// Whatever comes from a server, and some come from look-alikes of Redis or from no Redis at all.

// Making up a server takes longer than asking it, so each is asked about everything.
test.each(collectors)(
  '$name: fails with a reason if at all, gives only what it declares, and NaN only where the server wrote nan',
  async (collector) => {
    await fc.assert(
      fc.asyncProperty(anyServer, async (server) => {
        const failure = await collector.collect(fakePoll(server)).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (failure !== undefined) {
          expect(isRedisError(failure), String(failure)).toBe(true)
          expect(reasons).toContain(isRedisError(failure) ? failure.reason : undefined)
        }

        const { samples } = await runCollector(collector, fakePoll(server), systemClock)
        expect(samples.flatMap((sample) => undeclared(collector.metrics, sample))).toEqual([])
        if (samples.flatMap(numbers).some(Number.isNaN)) expect(String(server)).toContain('nan')
      }),
    )
  },
)

test('all together give a body that Prometheus can read, no series twice', async () => {
  await fc.assert(
    fc.asyncProperty(anyServer, async (server) => {
      const results = await Promise.all(
        collectors.map((one) => runCollector(one, fakePoll(server), systemClock)),
      )
      const { text } = encode(
        'redis',
        results.flatMap(({ samples }) => samples),
      )

      // That a counter is not negative and that counts add up is for the server to see to.
      const ofValues =
        /: counter \S.* is |: buckets do not add up|: bucket \+Inf is |: quantile does not rise/
      expect(checkExposition(text).filter((fault) => !ofValues.test(fault))).toEqual([])
    }),
  )
})

function numbers({ value }: Sample): number[] {
  if (typeof value === 'number') return [value]
  const parts = 'buckets' in value ? value.buckets : value.quantiles
  return [value.sum ?? 0, value.count, ...parts.map(([, number]) => number)]
}
