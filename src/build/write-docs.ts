import { readFile, writeFile } from 'node:fs/promises'
import {
  configReadme,
  metricsReadme,
  monitoringDashboards,
  monitoringRules,
  withTables,
} from './documents.ts'
import { dashboardConfigMaps } from './monitoring/dashboard-config-maps.ts'
import { prometheusRule } from './monitoring/prometheus-rule.ts'
import { runbook } from './monitoring/rules-file.ts'

const readme = await readFile('README.md', 'utf8')
await writeFile('README.md', withTables(readme))
await writeFile('src/config/README.md', configReadme())
await writeFile('src/metrics/README.md', metricsReadme())

const monitoring = 'kubernetes/monitoring'
const rules = monitoringRules()
await writeFile(`${monitoring}/rules/redis-exporter.yaml`, rules)
await writeFile(`${monitoring}/prometheus-rule.yaml`, prometheusRule(rules))
await writeFile(`${monitoring}/README.md`, runbook())

const dashboards = monitoringDashboards()
for (const [name, json] of dashboards) await writeFile(`${monitoring}/dashboards/${name}`, json)
await writeFile(
  `${monitoring}/dashboards/kustomization.yaml`,
  dashboardConfigMaps([...dashboards.keys()]),
)
