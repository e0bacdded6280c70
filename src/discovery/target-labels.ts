import type { FileNode } from './file-tree.ts'
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

/** The labels of a target. `isMeta` tells those that are passed over, as Prometheus drops them. */
export function readLabels(
  node: FileNode,
  place: FilePlace,
  { takenLabels, tell }: LabelRules,
  isMeta: (name: string) => boolean = () => false,
): Labels {
  if (node.kind !== 'map') {
    tell({ ...place, what: 'give names and values, such as env: production' })
    return {}
  }
  const entries = node.entries.filter(({ key }) => !isMeta(key))
  if (entries.length > mostLabels) {
    tell({ ...place, what: `there are more than ${mostLabels}` })
    return {}
  }
  const labels: [name: string, value: string][] = []
  for (const { key, line, value } of entries) {
    const isName = /^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/.test(key)
    const at = { line, path: `${place.path}.${shownName(key)}` }
    if (!isName) tell({ ...at, what: notName })
    else if (reserved.test(key)) tell({ ...at, what: `it is reserved; ${notName}` })
    else if (key === 'instance') tell({ ...at, what: ofDiscovery })
    else if (takenLabels.has(key))
      tell({ ...at, what: 'series of the exporter have this label already; give another name' })
    else if (value.kind !== 'text' || value.text.length > mostCharacters)
      tell({ ...at, what: `give a text of ${mostCharacters} characters at most` })
    else labels.push([key, value.text])
  }
  return Object.fromEntries(labels)
}

// As a label of a target it would be lost there, and as one of series it would contradict the other.
const ofDiscovery = '/sd sets this label to the name of the target; give an alias, or another name'

const notName =
  'give letters, digits and underscores that begin with neither a digit nor two underscores'
