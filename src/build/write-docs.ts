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
await writeFile('kubernetes/monitoring/rules/redis-exporter.yaml', monitoringRules())
await writeFile('kubernetes/monitoring/prometheus-rule.yaml', prometheusRule(monitoringRules()))
await writeFile('kubernetes/monitoring/README.md', runbook())
for (const [name, json] of monitoringDashboards())
  await writeFile(`kubernetes/monitoring/dashboards/${name}`, json)
await writeFile(
  'kubernetes/monitoring/dashboards/kustomization.yaml',
  dashboardConfigMaps([...monitoringDashboards().keys()]),
)
