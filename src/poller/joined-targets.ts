import type { Clock } from '../clock.ts'
import type { PreparedBody } from '../metrics/encoded-body.ts'
import { joinTargets, type TargetText, targetPairs } from '../metrics/join-targets.ts'
import { type Encoding, prepareJoinedBody } from '../metrics/joined-body.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import type { ServedTarget } from './target-snapshots.ts'

/** Which families are wanted; two of the same key want the same. */
export interface FamilyChoice {
  readonly key: string
  has(family: string): boolean
}

/** A part of what is known of all targets. */
export interface Choice {
  /** By their names; all where undefined. */
  readonly targets?: ReadonlySet<string> | undefined
  /** All where undefined. */
  readonly families?: FamilyChoice | undefined
  /** Whether the series name no target: for one target alone. */
  readonly withoutLabels?: boolean
}

export interface JoinedBody {
  /** Made for one encoding alone. */
  readonly prepared: PreparedBody
  /** A text that is another one with each body that is made. */
  readonly revision: string
}

export interface JoinedTargets {
  /**
   * What is known of these targets as one text, each family once. The one that was made last is served
   * while nothing has changed since its making began, or for a second after that.
   */
  serve(encoding: Encoding, choice?: Choice): JoinedBody | Promise<JoinedBody>
}

export interface JoinedTargetsOptions {
  readonly store: Pick<SnapshotStore, 'each' | 'changes'>
  /** The label that names the target in its series; undefined where there is one target alone. */
  readonly targetLabel: string | undefined
  /** What the exporter tells of itself and of a target, as text. */
  readonly ownText: (target: string) => string
  readonly clock: Pick<Clock, 'monotonic'>
}

interface Made extends JoinedBody {
  readonly begunAt: number
  /** What the store had changed by then. */
  readonly changes: number
  /** The last moment at which nothing in it is too old. */
  readonly validUntil: number
}

const freshMilliseconds = 1000

/** What people ask for over and over is the whole in one or two encodings; each is up to tens of megabytes. */
const mostKept = 4

/**
 * Puts together what is known of all targets when somebody asks, in slices, one body after the other,
 * and keeps each for all who ask for it within a second.
 */
export function createJoinedTargets(options: JoinedTargetsOptions): JoinedTargets {
  const { store, targetLabel, ownText, clock } = options
  const kept = new Map<string, Made>()
  const making = new Map<string, Promise<JoinedBody>>()
  let last: Promise<unknown> = Promise.resolve()
  let revision = 0

  function isFresh({ begunAt, changes, validUntil }: Made): boolean {
    const now = clock.monotonic()
    return now - begunAt < freshMilliseconds || (changes === store.changes() && now <= validUntil)
  }

  function textOf({ target, bodies }: ServedTarget, withoutLabels: boolean): TargetText {
    const { name, labels } = target
    const pieces = bodies.map((body) => body.plain())
    if (targetLabel !== undefined) pieces.push(Buffer.from(ownText(name)))
    const isNamed = targetLabel !== undefined && !withoutLabels
    return { pieces, pairs: isNamed ? targetPairs(targetLabel, name, labels) : [] }
  }

  async function make(encoding: Encoding, choice: Choice): Promise<Made> {
    const { targets, families, withoutLabels = false } = choice
    const [begunAt, changes] = [clock.monotonic(), store.changes()]
    let validUntil = Infinity

    function* texts(): Generator<TargetText> {
      for (const one of store.each(targets)) {
        validUntil = Math.min(validUntil, one.validUntil)
        yield textOf(one, withoutLabels)
      }
    }

    const pieces = joinTargets(texts(), families && ((name) => families.has(name)))
    const prepared = await prepareJoinedBody(pieces, encoding)
    revision += 1
    return { prepared, revision: `all-${revision}`, begunAt, changes, validUntil }
  }

  function keep(key: string, made: Made): void {
    kept.delete(key)
    kept.set(key, made)
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size > mostKept) kept.delete(oldest)
    // Nobody is served it after that, and it may be large.
    const forget = () => {
      if (kept.get(key) === made && !isFresh(made)) kept.delete(key)
    }
    setTimeout(forget, freshMilliseconds).unref()
  }

  return {
    serve(encoding, choice = {}) {
      const key = keyOf(encoding, choice)
      const known = kept.get(key)
      if (known && isFresh(known)) return known
      const underWay = making.get(key)
      if (underWay) return underWay
      const made = last.then(() => make(encoding, choice))
      // One at a time, however many different ones are asked for.
      last = made.then(
        (body) => {
          making.delete(key)
          keep(key, body)
        },
        () => void making.delete(key),
      )
      making.set(key, made)
      return made
    },
  }
}

function keyOf(encoding: Encoding, { targets, families, withoutLabels }: Choice): string {
  const names = targets && [...targets].sort()
  return JSON.stringify([encoding, names, families?.key, withoutLabels])
}
