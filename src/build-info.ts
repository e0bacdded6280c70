import { version } from '../package.json'
import type { BuildInfo } from './metrics/own-metrics.ts'

/** What this is. The build puts commit and date in; run from the source, they are empty. */
export const buildInfo: BuildInfo = {
  version,
  commit: process.env.EXPORTER_BUILD_COMMIT ?? '',
  date: process.env.EXPORTER_BUILD_DATE ?? '',
}
