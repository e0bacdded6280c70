import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { configReadme, metricsReadme, withTables } from '../../src/build/documents.ts'
import { groups } from '../../src/options/option.ts'
import { reasons } from '../../src/redis/redis-error.ts'

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

test('the tables of the first options and of all reasons in README.md are what make docs would write', async () => {
  const readme = await readFile('README.md', 'utf8')
  expect(readme).toBe(withTables(readme))
  const [table] = /<!-- options.*?<!-- end of options -->/s.exec(readme) ?? []
  expect(table?.match(/^\| `--/gm)).toHaveLength(10)
  const [ofReasons] = /<!-- reasons.*?<!-- end of reasons -->/s.exec(readme) ?? []
  expect(ofReasons?.match(/^\| `\w+` \|/gm)).toHaveLength(reasons.length + 1)
})

test('a README.md without the markers is an error and not silently left alone', () => {
  expect(() => withTables('# Redis exporter\n')).toThrow('lacks the markers')
})

test('the picture in README.md is there, and below 100 kB', async () => {
  const [, path = ''] =
    /!\[The overview page\]\(([^)]+)\)/.exec(await readFile('README.md', 'utf8')) ?? []

  expect((await readFile(path)).length).toBeLessThan(100_000)
})
