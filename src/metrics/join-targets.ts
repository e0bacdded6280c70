import { label } from './encode.ts'

/** What is served of one target, with the labels that set its series apart. */
export interface TargetText {
  readonly pairs: readonly string[]
  readonly text: string
}

/** The labels of a target as pairs of the text format, its name first. */
export function targetPairs(
  nameLabel: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  return [label(nameLabel, name), ...Object.entries(labels).map((pair) => label(...pair))]
}

/** Writes several targets as one text: each family once, and in every series its target. */
export function joinTargets(targets: readonly TargetText[]): string {
  const families = new Map<string, string[]>()
  for (const { pairs, text } of targets) {
    let series: string[] = []
    for (const line of text.split(/(?<=\n)/)) {
      if (line.startsWith('# HELP ')) {
        series = families.get(line) ?? [line]
        families.set(line, series)
      } else if (line.startsWith('#')) {
        if (series.length === 1) series.push(line)
      } else series.push(withPairs(line, pairs.join(',')))
    }
  }
  return [...families.values()].flat().join('')
}

function withPairs(line: string, pairs: string): string {
  return line.replace(/^([^{ ]+)(?:\{|(?= ))/, (found, name: string) =>
    found.endsWith('{') ? `${name}{${pairs},` : `${name}{${pairs}}`,
  )
}
