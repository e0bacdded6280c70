import { execFileSync } from 'node:child_process'
import { requireProgram } from './programs.ts'

/** The server that tests start, as it calls itself: `Redis server v=8.6.3`, `Valkey server v=9.1.2`. */
const said = execFileSync(requireProgram(process.env.REDIS_SERVER ?? 'redis-server'), [
  '--version',
]).toString()

const [, kind = '', major = '0', minor = '0'] = /^(\w+) server v=(\d+)\.(\d+)/.exec(said) ?? []

/** Whether tests start a Valkey. */
export const isValkey = kind === 'Valkey'

/** Whether tests start a server of this kind that is at least so new. */
export function isAtLeast(wanted: 'Redis' | 'Valkey', release: `${number}.${number}`): boolean {
  const [least = 0, leastMinor = 0] = release.split('.').map(Number)
  const [own, ownMinor] = [Number(major), Number(minor)]
  return kind === wanted && (own > least || (own === least && ownMinor >= leastMinor))
}

/** Valkey from 8.1 on has a command log, and is asked for it. */
export const hasCommandlog = isAtLeast('Valkey', '8.1')
