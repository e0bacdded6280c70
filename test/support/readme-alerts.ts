import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
}

/** The rules that the README recommends, as they stand there. */
export const alertRules = rulesOfReadme()

/** The expression of an alert of the README. */
export function expressionOf(alert: string): string {
  const rule = alertRules.rules.find((one) => one.alert === alert)
  if (rule === undefined) throw new Error(`the README has no alert ${alert}`)
  return rule.expr
}

function rulesOfReadme(): { readonly yaml: string; readonly rules: readonly AlertRule[] } {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const yaml = /^```yaml\n(groups:\n.*?)^```$/ms.exec(readme)?.[1]
  if (yaml === undefined) throw new Error('the README has no rules in YAML')
  const { groups } = parse(yaml) as { groups: readonly { rules: readonly AlertRule[] }[] }
  return { yaml, rules: groups.flatMap(({ rules }) => rules) }
}
