import { follow, openEnd } from './follow-reply.ts'
import {
  beginProgress,
  bound,
  type FramingFault,
  owe,
  type Progress,
  type ReplyBounds,
  startOf,
} from './reply-progress.ts'

/*
 * Whether bytes are RESP2 as far as their frame goes: what stands before, between and behind the
 * texts. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

/** Follows the replies of one connection, whatever pieces they come in. */
export interface Framing {
  /**
   * Says that commands were sent which so many replies answer. They belong to the last round trip that
   * is still owed, unless they are one by themselves, `apart`.
   */
  owe(replies: number, apart?: boolean): void
  /** Replies that are still to come, one that came in part among them. */
  owed(): number
  /** From now on replies may come that no command is owed: a subscription is being made. */
  subscribe(): void
  /**
   * Looks at the next bytes. Once something is wrong, nothing is right any more. What passed can
   * be read by whoever trusts that it is RESP2, is bounded, and answers what was asked.
   */
  check(chunk: Uint8Array): FramingFault | undefined
  /**
   * The bytes of each reply of the round trip under way so far, in order; of the last one those that it says
   * it has, where that was too much.
   */
  sizes(): readonly number[]
  /** How many bytes of the last chunk belong to replies that came before the one under way. */
  wholeBytes(chunk: Uint8Array): number
  /**
   * How many of the last bytes tell too little yet to be passed on: a number or a line end of which
   * the rest is to come. A reader that trusts them goes ahead before it has seen that rest.
   */
  openEnd(): number
}

/** Reads each byte once, but for the bodies of texts, which are passed over by their length. */
export function createFraming(bounds: ReplyBounds): Framing {
  const at = beginProgress(bounds)
  return {
    owe: (replies, apart = false) => owe(at, replies, apart),
    owed: () => at.owed,
    subscribe() {
      at.subscribed = true
    },
    openEnd: () => openEnd(at),
    check: (chunk) => check(at, chunk),
    sizes: () => sizes(at),
    wholeBytes: (chunk) => Math.max(0, startOf(at) - (at.received - chunk.length)),
  }
}

function check(progress: Progress, chunk: Uint8Array): FramingFault | undefined {
  for (let at = 0; at < chunk.length && !progress.fault; ) at = follow(progress, chunk, at)
  progress.received += chunk.length
  bound(progress, progress.received)
  return progress.fault
}

function sizes({ starts, received, expected }: Progress): readonly number[] {
  const end = Math.max(received, expected)
  return starts.map((start, index) => (starts[index + 1] ?? end) - start)
}
