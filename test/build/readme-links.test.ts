import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { newerServers } from '../support/newer-servers.ts'

const pages = ['README.md', ...pagesIn('src'), ...pagesIn('kubernetes'), ...pagesIn('test')]

function pagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('README.md'))
    .map((path) => join(folder, path))
}

/** What is no code: a link in there is no link. */
function proseOf(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^```.*?^```$|`[^`\n]*`/gms, '')
}

/** The names by which the headings of a page are linked to. */
function anchorsOf(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8').replaceAll(/^```.*?^```$/gms, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\d _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe.each(pages)('the links of %s', (page) => {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)

  it('lead to files and headings that are there', () => {
    const dead = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? page : join(dirname(page), path)
        return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
      })
    expect(dead).toEqual([])
  })
})

test('each page beside the code is found from src/README.md, and that one from README.md', () => {
  const text = readFileSync('src/README.md', 'utf8')
  const ofSource = pagesIn('src').filter((page) => page !== 'src/README.md')
  const unlinked = ofSource.filter((page) => !text.includes(`](${page.slice('src/'.length)})`))
  expect(ofSource.length).toBeGreaterThan(5)
  expect(unlinked).toEqual([])
  expect(readFileSync('README.md', 'utf8')).toContain('](src/README.md)')
})

test('each make target that a page names is one', () => {
  const makefile = readFileSync('Makefile', 'utf8')
  const targets = [...makefile.matchAll(/^([\w/-]+):/gm)].map(([, name]) => name)
  const named = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/(?:^|`)make ([a-z][\w/-]*)/gm)].map(
      ([, name = '']) => ({ page, name }),
    ),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ name }) => !targets.includes(name))).toEqual([])
})

describe('what README.md says of servers', () => {
  const text = readFileSync('README.md', 'utf8')
  const [section = ''] = /^## Servers and versions$.*?(?=^## )/ms.exec(text) ?? []

  it.each(
    readdirSync('test/fixtures').filter((name) => /^(redis|valkey)-\d+\.\d+\.\d+$/.test(name)),
  )('names %s, of which replies are recorded', (name) => {
    const [, version] = /^[a-z]+-(\d+\.\d+)/.exec(name) ?? []
    expect(section).toContain(`${version}`)
  })

  it.each(Object.keys(newerServers))('names the series %s, which runs in tests', (name) => {
    const [, flavour, series] = /^([a-z]+)-([\d.]+)$/.exec(name) ?? []
    expect(section).toMatch(new RegExp(`${flavour} [\\d. ,and]*\\b${series}[. ,]`, 'i'))
  })
})
