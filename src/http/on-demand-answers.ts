import type { AskedOnDemand } from '../discovery/on-demand.ts'
import type { JoinedTargets } from '../poller/joined-targets.ts'
import type { SnapshotStore } from '../poller/snapshot-store.ts'
import type { NotServed } from './asked.ts'

/** What is watched because somebody asks for it. */
export interface OnDemandAnswers {
  readonly ask: (text: string) => AskedOnDemand
  /** Whether there was no room for what the last poll of a target gave, or no time to read it. */
  readonly isTurnedAway: (name: string) => boolean
  readonly store: Pick<SnapshotStore, 'serve'>
  readonly joined: JoinedTargets
  /** What the exporter tells of one of them, and of itself beside one target, as text. */
  readonly ownText: (target: string) => string
  readonly maximum: number
  readonly idleMilliseconds: number
}

type Refused = Extract<AskedOnDemand, { kind: 'refused' }>['refusal']

/** Why a target is not watched on demand; the hint begins with a semicolon or a dot. */
export function refusedOnDemand(
  refusal: Refused,
  hint: string,
  { maximum, idleMilliseconds }: OnDemandAnswers,
): NotServed {
  switch (refusal) {
    case 'credentials':
      return {
        status: 400,
        message:
          'A target is asked for without a user or a password. As whom to log in is said where the exporter runs, by a rule of --scrape.allow.',
      }
    case 'form':
      return {
        status: 400,
        message: `The target is none that is watched, and no address that may be asked for: redis://, rediss://, valkey:// or valkeys://host[:port], host[:port] or [IPv6]:port, without a zone${hint}`,
      }
    case 'rule':
      return { status: 403, message: `No rule of --scrape.allow allows this target${hint}` }
    case 'full':
      return {
        status: 503,
        message: `As many targets are watched on demand as --scrape.max-targets allows (${maximum}); one goes when nobody has asked for it for ${idleMilliseconds / 1e3} s.`,
        retrySeconds: Math.ceil(idleMilliseconds / 1e3),
      }
  }
}

/** What whoever is the first to ask for a target hears. */
export function notPolledYet({ idleMilliseconds }: OnDemandAnswers): NotServed {
  return {
    status: 503,
    message: `This target is watched from now on and has not been polled yet; ask again. It goes when nobody has asked for it for ${idleMilliseconds / 1e3} s.`,
    retrySeconds: 1,
  }
}

/** What is told of a target for which there is no room beside the others. */
export function notHeld({ idleMilliseconds }: OnDemandAnswers): NotServed {
  return {
    status: 503,
    message: `With this target, what is watched on demand would take more memory than it may, or its server is too slow for one of so many; it is polled again. --scrape.max-targets and --redis.max-reply-bytes allow for more. Others go when nobody has asked for them for ${idleMilliseconds / 1e3} s.`,
    retrySeconds: Math.ceil(idleMilliseconds / 1e4),
  }
}
