/** What wakes somebody now, what somebody looks at in the morning, what explains the other two. */
export type Severity = 'critical' | 'warning' | 'info'

/** An alert as plain data; the file for Prometheus and its page are made of it. */
export interface Alert {
  readonly name: string
  /** PromQL with the default namespace; each metric and label in it must be declared. */
  readonly expr: string
  readonly for: string
  readonly severity: Severity
  /** One line that names the server, as a template of Prometheus. */
  readonly summary: string
  /** What it means. */
  readonly reason: string
  /** What to look at first, and what helps. */
  readonly advice: string
  /** The flag without which its metrics are not there. */
  readonly needs?: string
}

/** Alerts about one subject, a group of rules. */
export interface AlertGroup {
  readonly name: string
  readonly title: string
  readonly alerts: readonly Alert[]
}

/** A rule that records what alerts and dashboards share. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly help: string
}

/**
 * What tells one server from another in every way of scraping: `target` stands in the series where
 * one exporter serves several on /metrics. For set operators, which may find several on both sides.
 */
export const perServer = 'on (job, instance, target)'

/** The server that an alert is about, in its summary. */
export const theServer =
  'Redis {{ with $labels.target }}{{ . }} (of {{ $labels.instance }}){{ else }}{{ $labels.instance }}{{ end }}'
