import { allowRulesWithLogins } from '../options/login-kinds.ts'
import type { Options } from '../options/option.ts'
import { wholeNumber } from '../options/value-kinds.ts'

const group = 'Serving'

/** What may be asked for that nobody configured. */
export const scrapeOptions = {
  scrapeAllow: {
    flags: ['scrape.allow'],
    env: ['REDIS_EXPORTER_SCRAPE_ALLOW'],
    scope: 'process',
    group,
    several: true,
    help: 'Of which servers /scrape may ask beside those that are watched; nobody unless given',
    kind: allowRulesWithLogins,
    default: undefined,
    // Whoever mistakes it for an address writes a password there.
    secret: true,
  },
  scrapeMaxTargets: {
    flags: ['scrape.max-targets'],
    env: ['REDIS_EXPORTER_SCRAPE_MAX_TARGETS'],
    scope: 'process',
    group,
    needs: ['scrape.allow'],
    help: 'How many servers are watched at a time because /scrape asked for them',
    kind: wholeNumber(1, 10_000),
    default: '100',
  },
} as const satisfies Options
