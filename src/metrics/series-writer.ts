import { createChunkedText } from './chunked-text.ts'
import { type ExtraLabels, labelPairs, seriesText, type WrittenSeries } from './encode.ts'
import { type Metric, type Sample, seriesOf } from './metric.ts'

/** Writes samples as they come, so that none of them waits. */
export interface SeriesWriter {
  add(sample: Sample): void
  /** One for each family, in the order in which they came. Nothing may be added after that. */
  finish(): readonly WrittenSeries[]
}

/** Makes a writer that leads every name by the namespace and adds the labels to every series. */
export function createSeriesWriter(
  namespace: string,
  extraLabels: ExtraLabels | undefined = () => ({}),
): SeriesWriter {
  const families = new Map<string, ReturnType<typeof open>>()

  function open(metric: Metric) {
    const chunks: Buffer[] = []
    const family = {
      metric,
      name: `${namespace}_${metric.name}`,
      extraPairs: labelPairs(extraLabels(metric)),
      chunks,
      text: createChunkedText((chunk) => void chunks.push(Buffer.from(chunk))),
      series: 0,
    }
    families.set(metric.name, family)
    return family
  }

  return {
    add(sample) {
      const family = families.get(sample.metric.name) ?? open(sample.metric)
      family.text.add(seriesText(family.name, sample, family.extraPairs))
      family.series += seriesOf(sample)
    },
    finish: () =>
      [...families.values()].map(({ metric, chunks, text, series }) => ({
        metric,
        chunks,
        rest: text.rest(),
        series,
      })),
  }
}
