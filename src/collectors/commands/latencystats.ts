import { sample, summary } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { lookUpInOrder, sectionLines } from '../../redis/info.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { infoCollector, lineList } from '../reading/info-parts.ts'

const percentiles = summary(
  'latency_percentiles_usec',
  'Latency of a command in microseconds; quantile holds the percentile as Redis prints it: 50, 99, 99.9 (INFO latencystats, commandstats)',
  ['cmd'],
)

export const latencystats = infoCollector({
  name: 'latencystats',
  help: 'latency percentiles of each command, from INFO latencystats',
  parts: [
    lineList({
      section: 'latencystats',
      name: /^latency_percentiles_usec_(.*)$/,
      metrics: [percentiles],
      reader({ reject }, info) {
        const statsOf = lookUpInOrder(sectionLines(info, 'commandstats'))
        return ([field, cmd = ''], text) => {
          const stats = parseNameValueList(statsOf(`cmdstat_${cmd}`) ?? '')
          const count = readNumber(stats.get('calls') ?? '')
          const sum = readNumber(stats.get('usec') ?? '')
          const quantiles = readQuantiles(text)
          // The two sections may differ for a moment around CONFIG RESETSTAT: then there is no summary.
          if (count === undefined || sum === undefined) return []
          if (quantiles !== undefined)
            return [sample(percentiles, { quantiles, sum, count }, { cmd })]
          reject(field, text)
          return []
        }
      },
    }),
  ],
})

// p50=0.001,p99=1.003; the value is empty for a moment after a reset, and such a part is left out.
function readQuantiles(text: string): [string, number][] | undefined {
  const quantiles: [string, number][] = []
  for (const [name, given] of parseNameValueList(text)) {
    const quantile = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1]
    if (given === '') continue
    const value = readNumber(given)
    if (quantile === undefined || value === undefined) return undefined
    quantiles.push([quantile, value])
  }
  return quantiles
}
