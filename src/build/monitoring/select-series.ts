import { parser } from '@prometheus-io/lezer-promql'

// The grammar knows no variables, and what stands for it must be as long.
const rateInterval = '$__rate_interval'

/** An expression for Grafana as one that the grammar of Prometheus knows, of the same length. */
export function withoutVariables(expression: string): string {
  return expression.replaceAll(rateInterval, `${'1'.repeat(rateInterval.length - 1)}s`)
}

/** Puts matchers, such as `job="$job"`, into each selector of an expression. */
export function selectSeries(
  expression: string,
  matchersOf: (metric: string) => readonly string[],
): string {
  const inserted: { at: number; text: string }[] = []
  const readable = withoutVariables(expression)
  parser.parse(readable).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return
      const metric = node.getChild('Identifier')
      if (!metric) throw new Error(`a selector without a name: ${expression}`)
      const more = matchersOf(readable.slice(metric.from, metric.to)).join()
      const own = node.getChild('LabelMatchers')
      if (!own) inserted.push({ at: metric.to, text: `{${more}}` })
      else inserted.push({ at: own.from + 1, text: `${more},` })
    },
  })
  return inserted.reduceRight(
    (text, { at, text: more }) => text.slice(0, at) + more + text.slice(at),
    expression,
  )
}
