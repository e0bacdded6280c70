import { type BoundGiven, createBoundGiven } from './bound-given.ts'
import type { Found } from './gathering.ts'
import { isAtEnd, type ScanTrail, trailBegin } from './scan-trail.ts'

/** What SCAN found, with how many of the keys were visited. */
export interface Page {
  readonly found: Found
  visited: number
}

/** Where a walk stands: what comes before is taken in. */
export interface WalkPosition {
  database: number
  /** Of the keys that are named in this database, those that were visited. */
  named: number
  trail: ScanTrail
  /** What comes behind that. */
  page: Page | undefined
  scanned: boolean
  /** Keys of this database that came by. */
  seen: number
  /** Those that SCAN gave, and what bounds them. */
  given: number
  boundGiven: BoundGiven
}

/** At the begin of a database with so many keys, as far as is known. */
export function beginAt(database: number, keys: number | undefined): WalkPosition {
  return {
    database,
    named: 0,
    trail: trailBegin,
    page: undefined,
    scanned: false,
    seen: 0,
    given: 0,
    boundGiven: createBoundGiven(database, keys),
  }
}

/**
 * Goes on behind all that SCAN found. `all` are the keys of the database where the server chose those that
 * match: the keys that it passed over came by as well.
 */
export function leavePage(
  position: WalkPosition,
  { trail, keys, most }: Found,
  all: number | undefined,
): void {
  position.page = undefined
  position.trail = trail
  position.scanned = isAtEnd(trail)
  position.given += keys.length
  const before = position.seen
  position.seen += keys.length
  if (all !== undefined)
    position.seen = Math.max(position.seen, position.scanned ? all : Math.min(all, before + most))
}
