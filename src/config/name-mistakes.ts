import type { Values } from '../options/option.ts'
import { options } from './options.ts'
import { title } from './title.ts'

type NameSettings = Pick<Values<typeof options>, 'targetLabel' | 'namespace' | 'redisOnlyMetrics'>

/** What is wrong with names that are given to labels and metrics beside those that there are. */
export function nameMistakes(
  { targetLabel, namespace, redisOnlyMetrics }: NameSettings,
  takenLabels: ReadonlySet<string> = new Set(),
): readonly string[] {
  const mistakes: string[] = []
  if (takenLabels.has(targetLabel)) {
    const why = 'series have a label of that name; give another one'
    mistakes.push(`${title(options.targetLabel)}: "${targetLabel}" is not accepted: ${why}`)
  }
  if (namespace === ofProcess && !redisOnlyMetrics) {
    const [without] = options.redisOnlyMetrics.flags
    const why = `metrics of the exporter's own process begin so; give another one, or --${without}`
    mistakes.push(`${title(options.namespace)}: "${namespace}" is not accepted: ${why}`)
  }
  return mistakes
}

/** With it `start_time_seconds` of a server would be a second family of the name that prom-client gives ours. */
const ofProcess = 'process'
