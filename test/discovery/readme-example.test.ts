import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTargetReader } from '../../src/config/target-reader.ts'
import { readTargetsFile } from '../../src/discovery/read-targets-file.ts'
import { labelNames } from '../../src/metrics/label-names.ts'
import { configured } from '../support/configured.ts'
import { filesOf } from '../support/read-targets.ts'
import { collectors, keyCollectors } from '../support/registry.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'

const text = readFileSync('src/fleet/README.md', 'utf8')
const [, example = ''] = /^## A file of targets$.*?```yaml\n(.*?)```/ms.exec(text) ?? []

test('the targets file of src/fleet/README.md is read as it stands there', async () => {
  await using certificates = await tlsCertificates()
  const rules = {
    reader: createTargetReader(configured([]).targetDefaults),
    takenLabels: labelNames([...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics)),
  }
  const readFiles = filesOf(readFileSync(certificates.ca, 'utf8'))
  const { targets, mistakes } = await readTargetsFile(example, rules, new Map(), readFiles)

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
