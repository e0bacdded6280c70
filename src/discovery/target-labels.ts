import type { FileEntry, FileNode } from './file-tree.ts'
import { shownName } from './shown-name.ts'
import type { FileMistake, FilePlace } from './target-entry.ts'

export interface LabelRules {
  /** Labels that series have anyway. */
  readonly takenLabels: ReadonlySet<string>
  readonly tell: (mistake: FileMistake) => void
}

type Labels = Readonly<Record<string, string>>

const mostLabels = 50
const mostCharacters = 1000

/** Of histograms and summaries, and what Prometheus keeps for itself. */
const reserved = /^(le|quantile|__.*)$/

/** The labels of a target. Prometheus drops those of which `isDropped` is true, and so they are passed over. */
export function readLabels(
  node: FileNode,
  place: FilePlace,
  { takenLabels, tell }: LabelRules,
  isDropped: (entry: FileEntry) => boolean = () => false,
): Labels {
  if (node.kind === 'nothing') return {}
  if (node.kind !== 'map') {
    tell({ ...place, what: 'give names and values, such as env: production' })
    return {}
  }
  const entries = node.entries.filter((entry) => !isDropped(entry))
  if (entries.length > mostLabels) {
    tell({ ...place, what: `there are more than ${mostLabels}` })
    return {}
  }
  const labels: [name: string, value: string][] = []
  for (const entry of entries) {
    const { key, line, value } = entry
    const what = mistakeOf(entry, takenLabels)
    if (what) tell({ line, path: `${place.path}.${shownName(key)}`, what })
    else if (value.kind === 'text') labels.push([key, value.text])
  }
  return Object.fromEntries(labels)
}

function mistakeOf(
  { key, value }: FileEntry,
  takenLabels: LabelRules['takenLabels'],
): string | undefined {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/.test(key)) return notName
  if (reserved.test(key)) return `it is reserved; ${notName}`
  if (key === 'instance') return ofDiscovery
  if (takenLabels.has(key))
    return 'series of the exporter have this label already; give another name'
  const isText = value.kind === 'text' && value.text.length <= mostCharacters
  return isText ? undefined : `give a text of ${mostCharacters} characters at most`
}

// As a label of a target it would be lost there, and as one of series it would contradict the other.
const ofDiscovery = '/sd sets this label to the name of the target; give an alias, or another name'

const notName =
  'give letters, digits and underscores that begin with neither a digit nor two underscores'
