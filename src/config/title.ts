import type { Option } from '../options/option.ts'

/** How messages call a setting: `--poll.interval (POLL_INTERVAL)`. */
export function title({ flags, env }: Option): string {
  return `${flags.map((name) => `--${name}`).join(', ')} (${env.join(', ')})`
}
