import type { Clock } from './clock.ts'
import { createCollectors } from './collectors/index.ts'
import { createLogin } from './config/login-settings.ts'
import type { Config } from './config/read-config.ts'
import { type SettingsOfTarget, settleTarget } from './config/target-settings.ts'
import { type OnDemandTargets, watchOnDemand } from './fleet/on-demand-targets.ts'
import type { StartOptions } from './fleet/running-target.ts'
import type { Turns } from './fleet/turns.ts'
import type { OnDemandAnswers } from './http/on-demand-answers.ts'
import type { Log } from './log.ts'
import type { OnDemandMetrics } from './metrics/on-demand-metrics.ts'
import { createJoinedTargets } from './poller/joined-targets.ts'
import type { Schedule } from './poller/schedule.ts'
import type { HeldTarget } from './poller/target-snapshots.ts'
import { createAllowList } from './targets/allow-list.ts'

export interface OpenOnDemandOptions extends Pick<StartOptions, 'lookUp' | 'onWalked'> {
  readonly config: Config
  readonly schedule: Schedule
  /** The turns of the walks of what is configured; undefined where one target has none. */
  readonly walking: Turns | undefined
  /** Undefined where nobody may ask. */
  readonly metrics: OnDemandMetrics | undefined
  /** What is watched anyway, by us or by another of several exporters. */
  readonly configured: () => readonly Pick<HeldTarget, 'address'>[]
  /** What the exporter tells of itself beside one target, as text. */
  readonly textBeside: () => string
  readonly onChange: () => void
  readonly clock: Clock
  readonly log: Log
}

/** What is watched because somebody asks for it, and what is served of that. */
export interface OpenedOnDemand {
  readonly targets: OnDemandTargets<SettingsOfTarget>
  readonly answers: OnDemandAnswers
}

const idleIntervals = 10

/** Lets `/scrape` ask for what nobody configured, where rules allow it; undefined where none does. */
export function openOnDemand(options: OpenOnDemandOptions): OpenedOnDemand | undefined {
  const { config, metrics, configured, textBeside, clock } = options
  const { scrapeAllow: rules = [], scrapeMaxTargets: maximum, targetDefaults } = config
  if (!metrics) return undefined
  const { table, values, passwords } = targetDefaults
  // Nobody shows a certificate of ours to a server that a stranger names, nor is led on by it.
  const { settings } = settleTarget(table, {
    ...values,
    discover: 'none',
    isCluster: false,
    tlsClientCertificateFile: undefined,
    tlsClientKeyFile: undefined,
  })
  const idleMilliseconds = idleIntervals * settings.pollInterval
  const targets = watchOnDemand<SettingsOfTarget>({
    ...options,
    metrics,
    namespace: config.namespace,
    createCollectors,
    turns: config,
    allowed: createAllowList(rules),
    maximum,
    idleMilliseconds,
    settings,
    loginBy({ login }, endpoint) {
      const address = { endpoint, credentials: {}, database: 0 }
      const none = { user: undefined, passwordFile: undefined }
      const given = { ...none, ...login, password: undefined, passwordCommand: undefined }
      return createLogin({ ...given, address }, passwords)
    },
    watched: () => new Set(configured().map(({ address }) => address)),
  })
  const ownText = (target: string) => targets.textOf(target) + textBeside()
  const { store, ask, isTurnedAway } = targets
  const joined = createJoinedTargets({ store, targetLabel: '', ownText, clock })
  return {
    targets,
    answers: { ask, isTurnedAway, store, joined, ownText, maximum, idleMilliseconds },
  }
}
