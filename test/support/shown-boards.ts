import { type BoardJson, boards, type VariableJson, variablesIn } from './monitoring-dashboards.ts'
import type { Prometheus } from './prometheus.ts'

/** What somebody has chosen in a dashboard; all, or the first, of what is not given. */
export type Choice = Readonly<Record<string, string | readonly string[]>>

/** What answers queries. */
export type Asked = Pick<Prometheus, 'query' | 'labelValues'>

/** Whether somebody wants to know of this dashboard, or of a query such as `Redis / Overview, Servers A`. */
export interface Wanted {
  board(uid: string): boolean
  query(where: string): boolean
}

/** Where the panels of dashboards have nothing to show for such a choice, of those wanted, in order. */
export async function emptyIn(
  prometheus: Asked,
  choiceOf: (uid: string) => Choice,
  wanted: Wanted,
): Promise<readonly string[]> {
  const empty: string[] = []
  for (const board of boards.filter(({ uid }) => wanted.board(uid))) {
    const values = await chosenIn(board, prometheus, choiceOf(board.uid))
    for (const { title, targets } of board.panels)
      await Promise.all(
        targets.map(async ({ refId, expr }) => {
          const where = `${board.title}, ${title} ${refId}`
          if (!wanted.query(where)) return
          const found = await prometheus.query(filledIn(expr, values))
          if (found.length === 0) empty.push(where)
        }),
      )
  }
  return empty.sort()
}

/** The variables of a dashboard as Grafana fills them in, one after the other. */
async function chosenIn(
  { title, templating }: BoardJson,
  prometheus: Asked,
  choice: Choice,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const { name, query, ...variable } of templating.list) {
    const [, selector = '', label = ''] = /^label_values\((?:(.*), )?(\w+)\)$/.exec(query) ?? []
    // The data source, which is the one that is asked.
    if (label === '') continue
    const options = await prometheus.labelValues(label, filledIn(selector, values))
    const chosen = choice[name] === undefined ? undefined : [choice[name]].flat()
    if (chosen && !chosen.every((one) => options.includes(one)))
      throw new Error(`${title} offers ${options.join() || 'nothing'} as ${name}, not ${chosen}`)
    values.set(name, valueOfVariable(variable, chosen, options))
  }
  return values
}

function valueOfVariable(
  { includeAll, allValue = '' }: Pick<VariableJson, 'includeAll' | 'allValue'>,
  chosen: readonly string[] | undefined,
  options: readonly string[],
): string {
  if (includeAll) return chosen?.map(escaped).join('|') ?? allValue
  // Without anything to choose it is empty.
  return chosen?.[0] ?? options[0] ?? ''
}

function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  const missing = [...variablesIn(text)].filter((name) => !values.has(name))
  if (missing.length > 0) throw new Error(`${missing.join()} is no variable: ${text}`)
  return text
    .replaceAll('$__rate_interval', '30s')
    .replaceAll(/\$(\w+)/g, (_, name: string) => values.get(name) ?? '')
}

// As Grafana does in a regular expression that stands in a string.
function escaped(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\\\$&')
}
