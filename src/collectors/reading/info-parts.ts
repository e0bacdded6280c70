import type { Metric, Sample } from '../../metrics/metric.ts'
import { type Info, sectionLines } from '../../redis/info.ts'
import {
  type Collector,
  type CollectorOptions,
  collector,
  type Declared,
  type Poll,
} from '../collector.ts'
import { type FieldRow, fieldsOf, readFields } from './info-table.ts'
import { giveList } from './read-list.ts'

/** A part of INFO that a collector reads: what it may give, of which fields, and how. */
export interface InfoPart {
  readonly metrics: readonly Metric[]
  /** By name, or by the form of the name. */
  readonly fields: readonly (string | RegExp)[]
  /** What it gives to the poll is not returned. */
  read(info: Info, poll: Poll): readonly Sample[] | Promise<readonly Sample[]>
}

/** A table of fields. */
export function fieldTable(rows: readonly FieldRow[]): InfoPart {
  return {
    metrics: rows.map(({ metric }) => metric),
    fields: fieldsOf(rows),
    read: (info, { reject }) => readFields(info, rows, reject),
  }
}

/** Reads one line by its name, as it matched, and its text. */
export type ReadLine = (name: RegExpExecArray, text: string) => readonly Sample[]

/** The lines of a section whose names have a form, of which there may be any number. */
export function lineList(lines: {
  readonly section: string
  readonly name: RegExp
  readonly metrics: readonly Metric[]
  /** Begins to read them, once for each poll. */
  readonly reader: (poll: Poll, info: Info) => ReadLine
}): InfoPart {
  const { section, name, metrics, reader } = lines
  return {
    metrics,
    fields: [name],
    read(info, poll) {
      const readLine = reader(poll, info)
      const later = giveList(
        poll,
        sectionLines(info, section),
        ([field, text]) => {
          const match = name.exec(field)
          return match ? readLine(match, text) : []
        },
        ([field]) => name.test(field),
      )
      return later ? later.then(() => []) : []
    },
  }
}

/** A collector that reads nothing but such parts of INFO, one behind the other. */
export function infoCollector<const O extends CollectorOptions>({
  parts,
  ...declared
}: Omit<Declared<O>, 'metrics' | 'commands'> & { readonly parts: readonly InfoPart[] }): Collector {
  return collector({
    ...declared,
    metrics: [...new Set(parts.flatMap(({ metrics }) => metrics))],
    fields: parts.flatMap(({ fields }) => fields),
    readInfo: (info, poll) => readParts(parts, info, poll),
    collect: async (poll) => readParts(parts, await poll.info(), poll),
  })
}

/** Waits for those parts alone that do not fit into the slice of this turn. */
function readParts(
  parts: readonly InfoPart[],
  info: Info,
  poll: Poll,
  before: readonly Sample[] = [],
): readonly Sample[] | Promise<readonly Sample[]> {
  const samples = [...before]
  for (const [index, part] of parts.entries()) {
    const found = part.read(info, poll)
    if (found instanceof Promise)
      return found.then((later) =>
        readParts(parts.slice(index + 1), info, poll, [...samples, ...later]),
      )
    for (const one of found) samples.push(one)
  }
  return samples
}

/** A collector that is nothing but a table of fields. */
export function infoTableCollector<const O extends CollectorOptions>({
  rows,
  ...declared
}: Omit<Declared<O>, 'metrics' | 'commands'> & { readonly rows: readonly FieldRow[] }): Collector {
  return infoCollector({ ...declared, parts: [fieldTable(rows)] })
}
