import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTargetReader } from '../../src/config/target-reader.ts'
import { readTargetsFile } from '../../src/discovery/read-targets-file.ts'
import { labelNames } from '../../src/metrics/label-names.ts'
import { configured } from '../support/configured.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

const text = readFileSync('src/fleet/README.md', 'utf8')
const [, example = ''] = /^## A file of targets$.*?```yaml\n(.*?)```/ms.exec(text) ?? []

test('the targets file of src/fleet/README.md is read as it stands there', async () => {
  const { targets, mistakes } = await readTargetsFile(example, {
    reader: createTargetReader(configured([]).targetDefaults),
    takenLabels: labelNames([...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics)),
  })

  expect(mistakes).toEqual([])
  expect([...targets.values()]).toMatchObject([
    {
      name: 'sessions',
      labels: { env: 'production', team: 'web' },
      settings: {
        pollInterval: 30_000,
        checkKeys: [
          { database: 0, pattern: 'session:*' },
          { database: 3, pattern: 'cart:*' },
        ],
      },
    },
    {
      name: 'rediss://orders.example.com:6380',
      labels: { env: 'production' },
      settings: { tlsCaFile: '/etc/ssl/orders.pem', 'collect.latency': false },
    },
  ])
})
