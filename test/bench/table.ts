import type { Spread } from './statistics.ts'

/** What a measurement found, for people to read. */
export interface Report {
  readonly title: string
  /** What the columns mean, and how it was measured. */
  readonly notes: readonly string[]
  readonly head: readonly string[]
  /** All at once, or one after the other where each takes its time. */
  readonly rows: readonly Row[] | AsyncIterable<Row>
}

type Row = readonly string[]

/** Rows that come one after the other are shown as they come, so that a run cut short tells something. */
export async function printReport({ title, notes, head, rows }: Report): Promise<void> {
  console.log(`\n${title}\n${'-'.repeat(title.length)}`)
  for (const note of notes) console.log(note)
  console.log()
  const all: Row[] = [head]
  for await (const row of rows) {
    if (!Array.isArray(rows)) console.log(row.join(' | '))
    all.push(row)
  }
  for (const text of formatTable(all)) console.log(text)
}

/** Columns as wide as their widest cell; the first one holds words, the others hold numbers. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('   ')
      .trimEnd(),
  )
}

/** A number with as many digits as a reader can use; `digits` are those behind the point. */
export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

/** The median, and the smallest and largest value in brackets. */
export function formatSpread({ median, min, max }: Spread, digits = 0): string {
  const [middle, low, high] = [median, min, max].map((value) => formatNumber(value, digits))
  return `${middle} (${low}-${high})`
}
