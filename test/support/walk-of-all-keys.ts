import { configured } from './configured.ts'
import { keyCollectors } from './registry.ts'
import type { WalkedTarget } from './walked-target.ts'

/** Under which every collector of keys and streams has something to do. */
export const allKeySettings = configured([
  ...['--check-keys=key:*', '--count-keys=*', '--check-streams=stream:*'],
  '--check-key-groups=^(%a+)',
]).settings

/** The families that a walk gave, of all collectors. */
export function walkedFamilies(target: WalkedTarget): readonly string[] {
  const samples = keyCollectors.flatMap(({ name }) => target.samples(name))
  return [...new Set(samples.map(({ metric }) => metric.name))].sort()
}
