import { monitoringRules } from '../../src/build/documents.ts'
import { alertGroups } from '../../src/build/monitoring/rules-file.ts'

/** The rules as they stand in kubernetes/monitoring, in YAML. */
export const rulesText = monitoringRules()

/** The rules whose alerts have a summary and nothing else to be read. */
export const rulesWithSummaries = rulesText.replaceAll(/^ *(description|runbook_url): .*\n/gm, '')

export const alerts = alertGroups.flatMap((group) => group.alerts)

/** The expression of an alert. */
export function expressionOf(alert: string): string {
  const found = alerts.find(({ name }) => name === alert)
  if (found === undefined) throw new Error(`there is no alert ${alert}`)
  return found.expr
}
