import type { Command, Reply } from './command.ts'
import type { LimitSettings } from './connection-limits.ts'
import type { RedisError } from './redis-error.ts'
import type { ShownCertificate } from './shown-certificates.ts'
import type { TlsSettings } from './socket-options.ts'

/**
 * How words and texts stand as strings: as text in UTF-8, which is the rule, or as binary strings,
 * one character for each byte, for what may be no UTF-8.
 */
export type Words = 'text' | 'binary'

/**
 * A connection to one server, opened when first needed and again after it was lost. This is all
 * that the exporter knows of a Redis client, so that another one can be put in its place.
 */
export interface Connection {
  /**
   * Connects and authenticates unless that is done. Resolves with `opened` for a new connection
   * and `kept` for the one from before; rejects with a RedisError. Where the one from before ended
   * in the meantime because the server broke the protocol, it rejects with that, once.
   */
  open(): Promise<'opened' | 'kept'>
  /**
   * Sends commands in one round trip, after those of an earlier call and before those of a later
   * one. Each promise settles when its reply is there: an error reply and a failing connection
   * both reject it with a RedisError. `words` tells what the strings are, of commands and replies.
   */
  send(commands: readonly Command[], words?: Words): readonly Promise<Reply>[]
  /** What both sides showed by TLS on the connection that is open; left out where none is spoken. */
  certificates?(): readonly ShownCertificate[]
  /** The IP address that the connection which is open leads to; left out where that is a path. */
  remoteAddress?(): string | undefined
  /** Ends the connection at once; whatever waits for it rejects with `cause`. */
  drop(cause: RedisError): void
}

/**
 * A reply as it came, in RESP2: texts are binary strings, one character for each byte, so that
 * keys of any bytes survive. In the place of an error reply, or of a list with one in it, stands
 * the error.
 */
export type BulkReply = Reply | RedisError

/**
 * Sends commands in one round trip, their words as binary strings. Resolves with a reply for each, in
 * order; rejects with a RedisError when the connection fails. Whoever can tells `onHead` the first
 * element of the first reply, a list, before it reads the others: nothing tells yet that they are sound.
 */
export type Exchange = (
  commands: readonly Command[],
  onHead?: OnHead,
) => Promise<readonly BulkReply[]>

/** Told how a list begins; must not throw. */
export type OnHead = (head: Reply) => void

/**
 * A connection for many thousand commands at a time. It is a Connection like any other, so that a
 * server can be met over it, and has a way of its own for what is read in bulk.
 */
export interface BulkConnection extends Connection {
  readonly exchange: Exchange
}

/** Opens no connection by itself: that happens at the first `open()`. */
export type Connect = () => Connection

/**
 * Told of so many bytes that have arrived, before they are read: they wait until what is given back
 * resolves; undefined where they need not.
 */
export type Admit = (bytes: number) => Promise<void> | undefined

/** How a connection is made, beside where and as whom; by the names of the options. */
export interface ConnectionSettings extends TlsSettings, LimitSettings {
  /** The name that CONFIG has on the server; empty where it is the usual one. */
  readonly configCommand?: string
}
