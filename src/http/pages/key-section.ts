import { html } from 'hono/html'
import { type ReadSeries, readSeries } from '../../metrics/read-series.ts'
import type { Html } from './document.ts'
import { type ListColumn, largest, listSection, type ServedSeries } from './series-sections.ts'
import { bytesText, countText } from './units.ts'

const naming: readonly ListColumn<ReadSeries>[] = [
  { name: 'Key', text: ({ labels }) => labels.key ?? '' },
  { name: 'Type', text: ({ labels }) => labels.type ?? '' },
  { name: 'Database', text: ({ labels }) => labels.db ?? '' },
]

/** The biggest keys, where they are looked for. */
export function keySection({ bodies, namespace }: ServedSeries): Html {
  const byMemory = largest(readSeries(bodies, `${namespace}_biggest_key_memory_bytes`))
  const bySize = largest(readSeries(bodies, `${namespace}_biggest_key_size`))
  const value = (name: string, textOf: (value: number) => string): ListColumn<ReadSeries> => ({
    name,
    text: (series) => textOf(series.value),
    isNumber: true,
  })
  return html`${listSection('Keys that take most memory', [...naming, value('Memory', bytesText)], byMemory)}${listSection('Keys with most elements, or bytes of a string', [...naming, value('Elements', countText)], bySize)}`
}
