import { clientsDashboard } from './clients-dashboard.ts'
import { clusterDashboard } from './cluster-dashboard.ts'
import { commandsDashboard } from './commands-dashboard.ts'
import type { Dashboard } from './dashboard.ts'
import { exporterDashboard } from './exporter-dashboard.ts'
import { keysDashboard } from './keys-dashboard.ts'
import { overviewDashboard } from './overview-dashboard.ts'
import { replicationDashboard } from './replication-dashboard.ts'
import { serverDashboard } from './server-dashboard.ts'

/** From all servers to the exporter itself. */
export const dashboards: readonly Dashboard[] = [
  overviewDashboard,
  serverDashboard,
  replicationDashboard,
  clusterDashboard,
  keysDashboard,
  commandsDashboard,
  clientsDashboard,
  exporterDashboard,
]
