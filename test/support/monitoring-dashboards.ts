import { monitoringDashboards } from '../../src/build/documents.ts'

export interface TargetJson {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
  readonly datasource: object
}

export interface PanelJson {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description: string
  readonly datasource: object
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly fieldConfig: { readonly defaults: { readonly unit: string } }
  readonly targets: readonly TargetJson[]
}

export interface VariableJson {
  readonly name: string
  readonly query: string
  readonly multi: boolean
  readonly includeAll: boolean
  readonly allValue?: string
}

/** A dashboard as Grafana reads it. */
export interface BoardJson {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly tags: readonly string[]
  readonly panels: readonly PanelJson[]
  readonly templating: { readonly list: readonly VariableJson[] }
}

/** The dashboards as they stand in kubernetes/monitoring. */
export const boards = [...monitoringDashboards().values()].map(
  (text) => JSON.parse(text) as BoardJson,
)

/** The variables of a dashboard that a text speaks of; those of Grafana itself begin with `__`. */
export function variablesIn(text: string): ReadonlySet<string> {
  const found = text.matchAll(/\$(?:{(\w+)}|{(\w+)[.:]|(\w+))/g)
  const names = [...found].map(([, braced, qualified, plain]) => braced ?? qualified ?? plain ?? '')
  return new Set(names.filter((name) => !name.startsWith('__')))
}
