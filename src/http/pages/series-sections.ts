import { html } from 'hono/html'
import type { EncodedBody } from '../../metrics/encoded-body.ts'
import { type ReadSeries, readSeries } from '../../metrics/read-series.ts'
import type { Html } from './document.ts'
import { bytesText, countText, durationText, orUnknown, percentText, shortened } from './units.ts'

/** What is served of a target: lists are read from there, so they show no more than the metrics do. */
export interface ServedSeries {
  readonly bodies: readonly Pick<EncodedBody, 'plain'>[]
  readonly namespace: string
  /** In milliseconds since 1970. */
  readonly now: number
}

/** Rows at most of one list. */
export const mostRows = 15

export interface ListColumn<Row> {
  readonly name: string
  readonly text: (row: Row) => string
  readonly isNumber?: boolean
}

/** A list with its heading; nothing where it is empty. */
export function listSection<Row>(
  title: string,
  columns: readonly ListColumn<Row>[],
  rows: readonly Row[],
): Html {
  if (rows.length === 0) return html``
  const numeric = ({ isNumber = false }: ListColumn<Row>) => (isNumber ? html` class="number"` : '')
  return html`<section><h2>${title}</h2>
<div class="card"><table><thead><tr>${columns.map((column) => html`<th scope="col"${numeric(column)}>${column.name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map((column) => html`<td${numeric(column)}>${shortened(column.text(row))}</td>`)}</tr>`,
  )}</tbody></table></div></section>
`
}

interface CommandRow {
  readonly command: string
  readonly seconds: number
  readonly share: number
  readonly calls: number | undefined
  readonly slow: number | undefined
}

/** The commands on which the server spends most, and how many of them were slow where that is known. */
export function commandSection({ bodies, namespace }: ServedSeries): Html {
  const spent = readSeries(bodies, `${namespace}_commands_duration_seconds_total`)
  const calls = byLabel(readSeries(bodies, `${namespace}_commands_total`), 'cmd')
  const slow = byLabel(readSeries(bodies, `${namespace}_slowlog_entries_total`), 'cmd')
  const total = spent.reduce((sum, { value }) => sum + value, 0)
  const rows = largest(spent).map(({ labels: { cmd = '' }, value }) => ({
    command: cmd,
    seconds: value,
    share: total > 0 ? value / total : 0,
    calls: calls.get(cmd),
    slow: slow.get(cmd),
  }))
  const mean = ({ seconds, calls }: CommandRow) => (calls ? seconds / calls : undefined)
  return listSection<CommandRow>(
    'Commands that take most time, since the server started',
    [
      { name: 'Command', text: ({ command }) => command },
      { name: 'Share', text: ({ share }) => percentText(share), isNumber: true },
      { name: 'Calls', text: (row) => orUnknown(row.calls, countText), isNumber: true },
      { name: 'Mean', text: (row) => orUnknown(mean(row), durationText), isNumber: true },
      ...(slow.size > 0
        ? [
            {
              name: 'In the slow log',
              text: (row: CommandRow) => countText(row.slow ?? 0),
              isNumber: true,
            },
          ]
        : []),
    ],
    rows,
  )
}

interface ClientRow {
  readonly id: string
  readonly name: string
  readonly idleSince: number
  readonly info: ReadSeries['labels'] | undefined
  readonly memory: number | undefined
}

/** The clients that have been silent for longest, where clients are listed. */
export function clientSection({ bodies, namespace, now }: ServedSeries): Html {
  const since = readSeries(bodies, `${namespace}_connected_client_idle_since_timestamp`)
  const infos = readSeries(bodies, `${namespace}_connected_client_info`)
  const byId = new Map(infos.map(({ labels }) => [labels.id, labels]))
  const memory = byLabel(
    readSeries(bodies, `${namespace}_connected_client_total_memory_consumed_bytes`),
    'id',
  )
  const rows = [...since]
    .sort((one, other) => one.value - other.value)
    .slice(0, mostRows)
    .map(({ labels: { id = '', name = '' }, value }) => ({
      id,
      name,
      idleSince: value,
      info: byId.get(id),
      memory: memory.get(id),
    }))
  const idle = ({ idleSince }: ClientRow) => Math.max(0, now / 1e3 - idleSince)
  return listSection<ClientRow>(
    'Clients that have been idle for longest',
    [
      { name: 'Client', text: ({ id, name }) => name || `id ${id}` },
      { name: 'From', text: ({ info }) => info?.host ?? '' },
      { name: 'User', text: ({ info }) => info?.user ?? '' },
      { name: 'Idle', text: (row) => durationText(idle(row)), isNumber: true },
      { name: 'Memory', text: (row) => orUnknown(row.memory, bytesText), isNumber: true },
    ],
    rows,
  )
}

/** Those with the largest values, the largest first. */
export function largest(series: readonly ReadSeries[]): readonly ReadSeries[] {
  return [...series].sort((one, other) => other.value - one.value).slice(0, mostRows)
}

function byLabel(series: readonly ReadSeries[], name: string): ReadonlyMap<string, number> {
  return new Map(series.map(({ labels, value }) => [labels[name] ?? '', value]))
}
