import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTargetReader } from '../../src/config/target-reader.ts'
import { readTargetsFile } from '../../src/discovery/read-targets-file.ts'
import { labelNames } from '../../src/metrics/label-names.ts'
import { configured } from '../support/configured.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

const section = /^## Many targets$.*?(?=^## )/ms.exec(readFileSync('README.md', 'utf8'))?.[0] ?? ''
const [, example = ''] = /```yaml\n(.*?)```/s.exec(section) ?? []

test('the targets file of the README is read as it stands there', async () => {
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
