import type { AlertFault } from './alert-fault.ts'
import { exporterFaults } from './exporter-alert-faults.ts'
import { serverFaults } from './server-alert-faults.ts'
import { topologyFaults } from './topology-alert-faults.ts'

/** At least one for each alert, in rooms as the alerts. */
export const alertFaults: readonly AlertFault[] = [
  ...exporterFaults,
  ...serverFaults,
  ...topologyFaults,
]
