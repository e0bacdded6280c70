import { parse, stringify } from 'yaml'

/** The rules as the Prometheus operator takes them, in YAML; from a file of rules for Prometheus. */
export function prometheusRule(rules: string): string {
  const manifest = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'redis-exporter',
      labels: {
        'app.kubernetes.io/name': 'redis-exporter',
        'app.kubernetes.io/component': 'metrics',
      },
    },
    spec: parse(rules),
  }
  return `# Written by make docs: the rules of rules/redis-exporter.yaml.\n${stringify(manifest, { lineWidth: 0 })}`
}
