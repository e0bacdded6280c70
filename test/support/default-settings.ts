import type { CollectorSettings } from '../../src/collectors/settings.ts'
import { configured } from './configured.ts'

/** What collectors are told when nobody configures anything. */
export const defaultSettings: CollectorSettings = configured([])
