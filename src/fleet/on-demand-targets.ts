import type { Clock } from '../clock.ts'
import {
  type AskedOnDemand,
  createOnDemand,
  type OnDemandOptions,
  type Refusal,
} from '../discovery/on-demand.ts'
import type { Source } from '../discovery/source.ts'
import type { Log } from '../log.ts'
import type { OnDemandMetrics } from '../metrics/on-demand-metrics.ts'
import { createOwnMetrics } from '../metrics/own-metrics.ts'
import { createWalkMetrics } from '../metrics/walk-metrics.ts'
import { createSnapshotStore, type SnapshotStore } from '../poller/snapshot-store.ts'
import { createSeldom } from '../seldom.ts'
import { startFleet } from './fleet.ts'
import type { TurnSettings } from './in-turn.ts'
import { boundSettings, createOnDemandBounds, mostHeld } from './on-demand-bounds.ts'
import { createStart, type SettingsOfRunning, type StartOptions } from './running-target.ts'
import { createTurns, createTurnsOfGroup, type Turns } from './turns.ts'

export interface OnDemandTargetsOptions<S extends SettingsOfRunning>
  extends Omit<OnDemandOptions<S>, 'onRefused' | 'clock'>,
    Pick<StartOptions, 'namespace' | 'createCollectors' | 'schedule' | 'lookUp' | 'onWalked'> {
  readonly turns: TurnSettings
  /** The turns of the walks of what is configured; undefined where one target has none. */
  readonly walking: Turns | undefined
  readonly metrics: Pick<OnDemandMetrics, 'refused' | 'watched'>
  /** Told when what there is to tell of all of them is another. */
  readonly onChange: () => void
  readonly clock: Clock
  readonly log: Log
}

/** What is watched because somebody asked for it. */
export interface OnDemandTargets<S> {
  ask(text: string): AskedOnDemand
  readonly source: Source<S>
  readonly store: SnapshotStore
  /** Whether there was no room for what the last poll of a target gave, or no time to read it. */
  isTurnedAway(address: string): boolean
  /** What the exporter tells of one of them, as text. */
  textOf(target: string): string
  stop(): void
}

/**
 * Watches what is allowed and asked for: by a fleet and in a store of its own, so that a stranger adds
 * no series to those of the configured targets, holds up none of them and is no reason to be not ready.
 */
export function watchOnDemand<S extends SettingsOfRunning>(
  options: OnDemandTargetsOptions<S>,
): OnDemandTargets<S> {
  const { namespace, metrics, clock, log, onChange, maximum, turns } = options
  const say = createRefusalLog(clock, log)
  function onRefused(refusal: Refusal, address?: string): void {
    metrics.refused(refusal)
    say(refusal, address)
    onChange()
  }
  const source = createOnDemand<S>({
    ...options,
    settings: boundSettings(options.settings),
    onRefused,
  })
  const store = createSnapshotStore(clock)
  const ownMetrics = createOwnMetrics(namespace, undefined, { several: true })
  const walkMetrics = createWalkMetrics(namespace, clock, true)
  source.onChange(() => {
    metrics.watched(source.wanted().length)
    onChange()
  })
  const bounds = createOnDemandBounds(mostHeld(options.settings, maximum), (address) =>
    onRefused('full', address),
  )
  // One walk less than all at a time, so that they hold up none of what is configured.
  const walks = Math.max(1, turns.scanMaxConcurrent - 1)
  const fleet = startFleet<S>({
    sources: [source],
    start: createStart({
      ...options,
      bind: bounds.bind,
      store,
      ownMetrics,
      walkMetrics,
      turns: {
        connecting: createTurns(turns.pollMaxConnecting),
        walking: options.walking ? createTurnsOfGroup(options.walking, walks) : createTurns(walks),
        random: Math.random,
      },
      reading: {
        turns: { short: createTurns(1), long: createTurns(1) },
        shortBytes: Math.min(mostShortBytes, Math.floor(shortBytesOfAll / maximum)),
      },
      onPolled: async () => undefined,
    }),
    log,
  })
  return {
    ask: source.ask,
    source,
    store,
    isTurnedAway: bounds.isTurnedAway,
    textOf: (target) => ownMetrics.textOf(target) + walkMetrics.textOf(target),
    stop: fleet.stop,
  }
}

// What waits to be read: the replies of a usual poll are less, and of more only the begin is taken.
const mostShortBytes = 32 * 1024
const shortBytesOfAll = 4 * 1024 * 1024

/** One line a minute for each reason, with the last address; whoever asks cannot fill the log. */
function createRefusalLog(clock: Clock, log: Log) {
  const seldom = createSeldom(clock)
  return (refusal: string, target: string | undefined): void => {
    const unsaid = seldom(refusal)
    if (unsaid === undefined) return
    const more = unsaid > 0 ? { more: unsaid } : {}
    log.warn({ refusal, target, ...more }, 'a target was asked for that is not allowed')
  }
}
