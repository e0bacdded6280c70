import type { CollectorSettings } from '../../src/collectors/collector.ts'
import { configured } from './configured.ts'

/** What collectors are told when nobody configures anything. */
export const defaultSettings: CollectorSettings = configured([]).settings

// Thousands of polls share theirs.
const completed = new WeakMap<Partial<CollectorSettings>, CollectorSettings>()

/** The same but for some; one that no option has fails the test. */
export function settingsWith(some: Partial<CollectorSettings> = {}): CollectorSettings {
  const before = completed.get(some)
  if (before) return before
  const unknown = Object.keys(some).filter((key) => !(key in defaultSettings))
  if (unknown.length > 0) throw new Error(`there is no option for ${unknown.join(', ')}`)
  const made = { ...defaultSettings, ...some }
  completed.set(some, made)
  return made
}
