import { parser } from '@prometheus-io/lezer-promql'

/** A series that an expression selects, or what it groups or matches by. */
export interface Promql {
  readonly selected: readonly { readonly metric: string; readonly labels: readonly string[] }[]
  /** The labels of `by`, `without`, `on`, `ignoring` and the like. */
  readonly grouping: readonly string[]
}

/** What an expression speaks of, by the grammar of Prometheus. Throws where it is no PromQL. */
export function readPromql(expression: string): Promql {
  const selected: { metric: string; labels: string[] }[] = []
  const grouping: string[] = []
  parser.parse(expression).iterate({
    enter(node) {
      const { name, type, from, to } = node
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${expression}`)
      const text = expression.slice(from, to)
      if (name === 'Identifier' && node.matchContext(['VectorSelector']))
        selected.push({ metric: text, labels: [] })
      if (name !== 'LabelName') return
      if (node.matchContext(['GroupingLabels'])) grouping.push(text)
      else selected.at(-1)?.labels.push(text)
    },
  })
  return { selected, grouping }
}
