import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { newerServers } from './support/newer-servers.ts'

// From the fastest to the most real; each test file stands in exactly one of unit, integration and
// e2e. What depends on the server runs once more on newer ones.
const unit = ['test/integration/**', 'test/e2e/**', 'node_modules/**']

const fileOf = (name: string) => `test/integration/${name}.test.ts`
const ofEachServer = ['failing-collectors', 'unread-fields'].map(fileOf)

const dependsOnServer = [
  ...['acl', 'acl-log', 'allowed-commands', 'biggest-keys', 'cluster-and-sentinel'],
  ...[
    'cluster-discovery',
    'one-address-cluster',
    'sentinel-discovery',
    'shared-master',
    'silent-sentinels',
    'leading-sentinel',
    'twin-sentinels',
    'replication-pairs',
  ],
  'named-replication-pairs',
  ...[
    'cluster-keys',
    'error-replies',
    'failing-collectors',
    'key-error-replies',
    'key-groups',
    'key-rights',
    'key-round-trips',
    'keys',
    'keys-side-by-side',
    'log-entries',
    'optional-metrics',
  ],
  ...['partial-refusals', 'replication', 'round-trips', 'sent-commands', 'sentinel'],
  ...['server-progress', 'server-statistics', 'unready-servers', 'walk', 'scripts'],
  ...['unread-fields', 'everything-on', 'taken-commands'],
].map(fileOf)

// Loading the sources anew for each of two hundred files takes longer than the tests.
const isolate = false

// Most of these wait, for servers, polls and walks: so more of them run than there are cores for. Each
// starts servers of its own, on ports that nobody else is given; test/support/free-port.ts has
// parts for eight.
const maxWorkers = Math.min(8, 3 * availableParallelism())

const integration = { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers, isolate }

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // The projects need the same sources: translated once, and not for each.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: unit,
          // A busy machine may take ten times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate,
          setupFiles: ['test/support/property-runs.ts'],
          // Most of what they make is garbage at once: a tenth of their time went into collecting it.
          execArgv: ['--max-semi-space-size=64'],
          // As many as there are cores for, which may be more than servers can be watched: so they
          // are a group of their own.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { ...integration, name: 'integration', include: ['test/integration/*.test.ts'] },
      },
      ...Object.entries(newerServers).map(([name, server]) => ({
        extends: true as const,
        test: {
          ...integration,
          name: `integration-${name}`,
          // What a server alone can do stands in a folder of its name.
          include: [
            ...(name === 'redis-8.2' ? ofEachServer : dependsOnServer),
            `test/integration/${name}/*.test.ts`,
          ],
          env: { REDIS_SERVER: server },
        },
      })),
      {
        extends: true,
        test: {
          name: 'e2e',
          maxConcurrency: 5,
          maxWorkers,
          isolate,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
