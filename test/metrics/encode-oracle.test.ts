import fc from 'fast-check'
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { encode } from '../../src/metrics/encode.ts'
import {
  counter,
  gauge,
  histogram,
  type Sample,
  sample,
  summary,
} from '../../src/metrics/metric.ts'
import { anyCharacter } from '../support/any-character.ts'
import { type Family, parseExposition } from '../support/exposition.ts'

// Many runs each, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 })

// prom-client is known to write the format well: on the same values both must say the same.

const text = fc.string({ unit: anyCharacter, maxLength: 20 })
const labels = fc.record({ a: text, b: text })
// Help texts are ours, so other line breaks than the one that is escaped need not be told apart.
const help = text.map((words) => `Help ${words.replaceAll(/[\r\u2028\u2029]/g, '')}`)
const value = fc.double()
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })

/** Values by their labels, no labels twice. */
function seriesOf<T>(values: fc.Arbitrary<T>) {
  const pair = fc.tuple(labels, values)
  return fc.uniqueArray(pair, { selector: ([{ a, b }]) => JSON.stringify([a, b]), maxLength: 5 })
}

function ours(samples: readonly Sample[]): readonly Family[] {
  return parseExposition(encode('redis', samples).text)
}

async function theirs(registry: Registry): Promise<readonly Family[]> {
  return parseExposition(await registry.metrics())
}

const options = (about: string) => ({ name: 'redis_x', help: about, labelNames: ['a', 'b'] })

test('gauges', async () => {
  await fc.assert(
    fc.asyncProperty(help, seriesOf(value), async (about, series) => {
      fc.pre(series.length > 0)
      const registry = new Registry()
      const oracle = new Gauge({ ...options(about), registers: [registry] })
      for (const [names, number] of series) oracle.set(names, number)
      const metric = gauge('x', about, ['a', 'b'])

      expect(ours(series.map(([names, number]) => sample(metric, number, names)))).toEqual(
        await theirs(registry),
      )
    }),
  )
})

test('counters', async () => {
  await fc.assert(
    fc.asyncProperty(help, seriesOf(finite.map(Math.abs)), async (about, series) => {
      fc.pre(series.length > 0)
      const registry = new Registry()
      const oracle = new Counter({ ...options(about), registers: [registry] })
      for (const [names, number] of series) oracle.inc(names, number)
      const metric = counter('x', about, ['a', 'b'])

      expect(ours(series.map(([names, number]) => sample(metric, number, names)))).toEqual(
        await theirs(registry),
      )
    }),
  )
})

// Plus 0, because of -0, which is another bound than 0 to uniqueArray and the same in the text.
const bounds = fc
  .uniqueArray(
    finite.map((bound) => bound + 0),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.sort((one, other) => one - other))

test('histograms', async () => {
  await fc.assert(
    fc.asyncProperty(bounds, seriesOf(fc.array(finite)), async (buckets, series) => {
      const observed = series.filter(([, values]) => values.length > 0)
      fc.pre(observed.length > 0)
      const registry = new Registry()
      const oracle = new Histogram({ ...options('Help'), buckets, registers: [registry] })
      const metric = histogram('x', 'Help', ['a', 'b'])
      const samples = observed.map(([names, values]) => {
        for (const number of values) oracle.observe(names, number)
        const atMost = (bound: number) => values.filter((number) => number <= bound).length
        return sample(
          metric,
          {
            buckets: buckets.map((bound) => [bound, atMost(bound)]),
            sum: values.reduce((sum, number) => sum + number, 0),
            count: values.length,
          },
          names,
        )
      })

      expect(withNumbers(ours(samples))).toEqual(withNumbers(await theirs(registry)))
    }),
  )
})

/** Bounds as numbers: prom-client writes large and small ones otherwise. */
function withNumbers(families: readonly Family[]): readonly Family[] {
  return families.map((family) => ({
    ...family,
    samples: family.samples.map((one) =>
      one.labels.le === undefined
        ? one
        : { ...one, labels: { ...one.labels, le: String(Number(one.labels.le)) } },
    ),
  }))
}

test('summaries', async () => {
  const percentiles = [0.5, 0.9, 0.99]
  await fc.assert(
    fc.asyncProperty(seriesOf(finite), async (series) => {
      fc.pre(series.length > 0)
      const registry = new Registry()
      const oracle = new Summary({ ...options('Help'), percentiles, registers: [registry] })
      const metric = summary('x', 'Help', ['a', 'b'])
      const samples = series.map(([names, number]) => {
        oracle.observe(names, number)
        // Of one observation every quantile is that observation.
        const quantiles = percentiles.map((quantile) => [String(quantile), number] as const)
        return sample(metric, { quantiles, sum: number, count: 1 }, names)
      })

      expect(ours(samples)).toEqual(await theirs(registry))
    }),
  )
})

test('any label value and help text is read back as it was', () => {
  fc.assert(
    fc.property(help, seriesOf(value), (about, series) => {
      fc.pre(series.length > 0)
      const metric = gauge('x', about, ['a', 'b'])
      const [family] = ours(series.map(([names, number]) => sample(metric, number, names)))

      expect(family?.help).toBe(about)
      expect(family?.samples.map((one) => [one.labels, one.value])).toEqual(
        series.map(([names, number]) => [names, number + 0]),
      )
    }),
  )
})
