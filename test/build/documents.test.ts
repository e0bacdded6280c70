import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { metricsReadme, withOptionTable } from '../../src/build/documents.ts'

test('the reference of the metrics is what make docs would write', async () => {
  expect(await readFile('src/metrics/README.md', 'utf8')).toBe(metricsReadme())
})

test('the option table in README.md is what make docs would write', async () => {
  const readme = await readFile('README.md', 'utf8')
  expect(readme).toBe(withOptionTable(readme))
})

test('a README.md without the markers is an error and not silently left alone', () => {
  expect(() => withOptionTable('# Redis exporter\n')).toThrow('lacks the markers')
})
