import type { Clock } from './clock.ts'
import type { Collectors } from './collectors/index.ts'
import type { Config } from './config/read-config.ts'
import type { SettingsOfTarget } from './config/target-settings.ts'
import { createConfiguredAddresses } from './discovery/configured-addresses.ts'
import type { Source } from './discovery/source.ts'
import { openTargetsFile, type TargetsFile } from './discovery/targets-file.ts'
import type { Log } from './log.ts'
import { labelNames } from './metrics/label-names.ts'

export interface OpenedSources {
  /** What the first of them wants counts. */
  readonly sources: readonly Source<SettingsOfTarget>[]
  /** Undefined where none is configured. */
  readonly file: TargetsFile | undefined
  /** Why we cannot start. */
  readonly mistakes: readonly string[]
}

/** Opens what the configuration says of where targets come from. */
export async function openSources(
  config: Config,
  { collectors, keyCollectors }: Collectors,
  clock: Clock,
  log: Log,
): Promise<OpenedSources> {
  const { addresses, settings, targetsFile, targetDefaults, targetLabel } = config
  const configured = createConfiguredAddresses(addresses, settings, clock)
  if (!targetsFile) return { sources: [configured], file: undefined, mistakes: [] }
  const ofCollectors = [...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics)
  const { source, mistakes } = await openTargetsFile({
    path: targetsFile,
    defaults: targetDefaults,
    takenLabels: new Set([...labelNames(ofCollectors), targetLabel]),
    clock,
    log,
  })
  return { sources: [configured, source], file: source, mistakes }
}
