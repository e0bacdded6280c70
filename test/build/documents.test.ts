import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { configReadme, metricsReadme, withOptionTable } from '../../src/build/documents.ts'
import { groups } from '../../src/options/option.ts'

test('the reference of the metrics is what make docs would write', async () => {
  expect(await readFile('src/metrics/README.md', 'utf8')).toBe(metricsReadme())
})

test('the reference of the options is what make docs would write', async () => {
  expect(await readFile('src/config/README.md', 'utf8')).toBe(configReadme())
})

test('the reference of the options has the groups of --help, none of them empty', () => {
  const sections = configReadme().split(/^## /m).slice(1)

  expect(sections.map((text) => text.split('\n')[0])).toEqual(groups)
  expect(sections.filter((text) => !text.includes('| `--'))).toEqual([])
})

test('the table of the first options in README.md is what make docs would write', async () => {
  const readme = await readFile('README.md', 'utf8')
  expect(readme).toBe(withOptionTable(readme))
  const [table] = /<!-- options.*?<!-- end of options -->/s.exec(readme) ?? []
  expect(table?.match(/^\| `--/gm)).toHaveLength(10)
})

test('a README.md without the markers is an error and not silently left alone', () => {
  expect(() => withOptionTable('# Redis exporter\n')).toThrow('lacks the markers')
})
