import type { Handler } from 'hono'
import type { Watched } from '../fleet/watched-target.ts'
import type { TargetState } from '../poller/target-snapshots.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { queryOf } from './request-path.ts'
import { sendList } from './send-json.ts'

export interface TargetsOptions {
  /** Each judged as it is asked for. */
  readonly states: () => Iterable<TargetState>
  /** Looks up what is known of targets beside their states. */
  readonly watched: () => Promise<(state: TargetState) => Watched>
}

const stateNames: readonly string[] = ['waiting', 'up', 'down', 'stale']

/** `/targets`: all targets as JSON, for people and scripts; `?state=down` for those in one state. */
export function targetsRoute({ states, watched }: TargetsOptions): Handler<NodeContext> {
  return async (c) => {
    const wanted = new URLSearchParams(queryOf(c.env.incoming.url)).getAll('state')
    if (!wanted.every((one) => stateNames.includes(one))) {
      const message = `There is no such state; there is ${stateNames.join(', ')}.`
      return tellWhy(c, { status: 400, message })
    }
    return sendList(c, described(states(), wanted, await watched()))
  }
}

function* described(
  states: Iterable<TargetState>,
  wanted: readonly string[],
  watched: (state: TargetState) => Watched,
): Generator<object> {
  for (const one of states) {
    if (wanted.length > 0 && !wanted.includes(one.state)) continue
    const { source, nextPoll } = watched(one)
    const { target: name, address, labels, state, since, ageSeconds, reason, server, role } = one
    // Undefined is left out of JSON.
    yield {
      name,
      address,
      labels,
      state,
      since: time(since),
      ageSeconds: ageSeconds === undefined ? undefined : Math.round(ageSeconds * 1e3) / 1e3,
      reason,
      server: server || undefined,
      role: role || undefined,
      failures: one.failures.length > 0 ? one.failures : undefined,
      source,
      nextPoll: nextPoll === undefined ? undefined : time(nextPoll),
    }
  }
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
