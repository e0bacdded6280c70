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

/** How many of the larger and of the smaller bodies are kept; one of the larger is up to tens of megabytes. */
const mostKept = 4

/** So many are put together almost as fast as one. */
const fewTargets = 10

/** Bodies that are made one after the other. */
interface Line {
  readonly kept: Map<string, Made>
  readonly making: Map<string, Promise<JoinedBody>>
  last: Promise<unknown>
}

/**
 * Puts together what is known of all targets when somebody asks, in slices, one body after the other,
 * and keeps each for all who ask for it within a second: the whole in any case, of the others those that
 * were made last. What is known of a few targets waits for none of the larger bodies.
 */
export function createJoinedTargets(options: JoinedTargetsOptions): JoinedTargets {
  const { store, targetLabel, ownText, clock } = options
  const lines = { few: createLine(), many: createLine() }
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

  function keep(kept: Line['kept'], key: string, made: Made): void {
    kept.delete(key)
    kept.set(key, made)
    // The whole is what most ask for, and takes longest; it is there in two encodings at most.
    const oldest = kept.size > mostKept && [...kept.keys()].find((one) => !keysOfWhole.has(one))
    if (oldest) kept.delete(oldest)
    // Nobody is served it after that, and it may be large.
    const forget = () => {
      if (kept.get(key) === made && !isFresh(made)) kept.delete(key)
    }
    setTimeout(forget, freshMilliseconds).unref()
  }

  return {
    serve(encoding, choice = {}) {
      const key = keyOf(encoding, choice)
      const { targets } = choice
      const line = targets && targets.size <= fewTargets ? lines.few : lines.many
      const { kept, making } = line
      const known = kept.get(key)
      if (known && isFresh(known)) return known
      const underWay = making.get(key)
      if (underWay) return underWay
      const made = line.last.then(() => make(encoding, choice))
      // One at a time, however many different ones are asked for.
      line.last = made.then(
        (body) => {
          making.delete(key)
          keep(kept, key, body)
        },
        () => void making.delete(key),
      )
      making.set(key, made)
      return made
    },
  }
}

function createLine(): Line {
  return { kept: new Map(), making: new Map(), last: Promise.resolve() }
}

const keysOfWhole: ReadonlySet<string> = new Set([keyOf('plain', {}), keyOf('gzip', {})])

function keyOf(encoding: Encoding, { targets, families, withoutLabels }: Choice): string {
  const names = targets && [...targets].sort()
  return JSON.stringify([encoding, names, families?.key, withoutLabels])
}
