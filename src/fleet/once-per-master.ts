import { isDeepStrictEqual } from 'node:util'
import type { Collector } from '../collectors/collector.ts'
import { wantedCollectors } from '../options/switches.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { TopologyWatch } from './topology-watch.ts'

/** Leaves to one of a master and its replicas what the others would tell a second time. */
export interface OncePerMaster<S> {
  /** The collectors of a target that runs from now on. */
  start(wanted: WantedTarget<S>, collectors: readonly Collector[]): readonly Collector[]
  /** It runs no more. */
  stop(wanted: WantedTarget<S>): void
}

/**
 * Makes it for the targets that run. What a replica tells is left out only where its master is
 * watched, is up and tells the same: whoever asks replicas in the place of their masters, by their
 * own settings or by `scan.on`, hears of them; of `scan.on=replica` by the one that would be walked.
 */
export function createOncePerMaster<S extends Readonly<Record<string, unknown>>>(
  watch: Pick<TopologyWatch, 'watchedMaster' | 'isFurtherReplica'> | undefined,
): OncePerMaster<S> {
  const running = new Map<string, WantedTarget<S>>()

  function isToldByAnother(wanted: WantedTarget<S>, collector: Collector): boolean {
    const { settings } = wanted
    if (settings.scanOn === 'replica') return watch?.isFurtherReplica(wanted) === true
    // Masters are then left out themselves.
    if (settings.scanOn !== undefined || settings.skipKeysOfMaster === true) return false
    const address = watch?.watchedMaster(wanted)
    const master = address === undefined ? undefined : running.get(address)
    return master !== undefined && tellsTheSame(collector, master.settings, settings)
  }

  return {
    start(wanted, collectors) {
      running.set(wanted.address, wanted)
      return collectors.map((one) =>
        one.oncePerMaster
          ? {
              ...one,
              collect: async (poll) =>
                poll.server.role === 'slave' && isToldByAnother(wanted, one)
                  ? []
                  : await one.collect(poll),
            }
          : one,
      )
    },
    stop(wanted) {
      // Another one may run there by now.
      if (running.get(wanted.address) === wanted) running.delete(wanted.address)
    },
  }
}

type Settings = Readonly<Record<string, unknown>>

function tellsTheSame(collector: Collector, ofMaster: Settings, ofReplica: Settings): boolean {
  const keys = ['scanOn', ...Object.keys(collector.options ?? {})]
  return (
    wantedCollectors([collector], ofMaster).length > 0 &&
    keys.every((key) => isDeepStrictEqual(ofMaster[key], ofReplica[key]))
  )
}
