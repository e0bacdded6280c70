import type { ReplyBounds } from './reply-progress.ts'

/** What bounds a connection, by the names of the options; times in milliseconds. */
export interface LimitSettings {
  readonly maxReplyBytes?: number
  readonly pollTimeout?: number
}

/** The default of its option; see README.md beside this file for what it holds. */
export const defaultMaxReplyBytes = 2 * 1024 * 1024

/*
 * An element of eight bytes on the wire takes up to five times that as a text in a list, and a list
 * of one ten times. The longest lists that a poll reads are COMMAND INFO with 4,000 elements, SLOWLOG
 * GET with 40 for each entry and LATENCY HISTOGRAM with up to 50 for each command; walks read as many
 * keys as a SCAN gives.
 */
const bytesPerElement = { poll: 64, walk: 16 }

// A round trip of a walk asks for a thousand keys at once, each of them for itself.
const walkFactor = 8

/** What the replies of a poll may be: all of one round trip may take what one may. */
export function pollBounds({ maxReplyBytes = defaultMaxReplyBytes }: LimitSettings): ReplyBounds {
  return {
    bytes: maxReplyBytes,
    elements: Math.ceil(maxReplyBytes / bytesPerElement.poll),
    bytesTogether: maxReplyBytes,
  }
}

/** What the replies of a walk may be. */
export function walkBounds(settings: LimitSettings): ReplyBounds {
  const { bytes } = pollBounds(settings)
  return {
    bytes,
    elements: Math.ceil(bytes / bytesPerElement.walk),
    bytesTogether: bytes * walkFactor,
  }
}

// A server that is asked and says nothing for so long is gone without a word, as a machine is that
// lost its power. The longest that we ask it for is a script of the user.
const patience = 30_000

/**
 * How long a server may say nothing while replies are owed, over every connection alike. It is
 * never shorter than a poll may take, so that a poll ends by its own deadline.
 */
export function maximumSilence({ pollTimeout = 0 }: LimitSettings): number {
  return Math.max(patience, pollTimeout)
}
