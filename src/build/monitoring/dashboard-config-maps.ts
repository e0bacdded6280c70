import { basename } from 'node:path'
import { stringify } from 'yaml'

/**
 * A kustomize component that makes a ConfigMap of each dashboard, in YAML; the label is the one by
 * which Grafana's charts find them.
 */
export function dashboardConfigMaps(files: readonly string[]): string {
  const component = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    generatorOptions: { disableNameSuffixHash: true, labels: { grafana_dashboard: '1' } },
    configMapGenerator: files.toSorted().map((file) => ({
      name: `redis-exporter-dashboard-${basename(file, '.json')}`,
      files: [file],
    })),
  }
  return `# Written by make docs: a ConfigMap of each dashboard in this folder.\n${stringify(component)}`
}
