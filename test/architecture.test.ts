import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportedNames, sourceFiles, sourceImports } from './support/source-imports.ts'

const readme = readFileSync('src/README.md', 'utf8')
const architecture = /^## Architecture$.*?(?=^## )/ms.exec(readme)?.[0] ?? ''
const imports = sourceImports()

/** The files that a text names, each from the top of src. */
function filesIn(text = ''): readonly string[] {
  return [...text.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file = '']) => file)
}

/** The cells of the rows of a table, by what stands above the first. */
function rowsOf(title: string): readonly (readonly string[])[] {
  const table = architecture.slice(architecture.indexOf(`| ${title} | `)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')))
}

/** The values that stand more than once, each with where it stands. */
function repeated(all: readonly (readonly [value: string, place: string])[]) {
  const values = all.map(([value]) => value)
  return all.filter(([value]) => values.indexOf(value) !== values.lastIndexOf(value))
}

const words = rowsOf('Word')
const stations = [...rowsOf('Station'), ...rowsOf('Station of a walk')]

describe('the words of src/README.md', () => {
  test.each(words)('%s is %s, and it tells where', (_word, _meaning, where) => {
    expect(filesIn(where)).not.toEqual([])
    expect(filesIn(where).filter((file) => !existsSync(`src/${file}`))).toEqual([])
  })

  test('stand there once each', () => {
    const all = words.flatMap(([word = '']) => word.split(', '))
    expect(all.length).toBeGreaterThan(20)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('the stations from a tick to the socket', () => {
  const called = stations.flatMap(([, , calls]) => filesIn(calls))

  test('lead from main.ts to the socket', () => {
    expect(stations.at(0)).toEqual(expect.arrayContaining(['`main.ts`']))
    expect(called).toContain('redis/guarded-socket.ts')
  })

  test.each(stations)('%s %s: it knows what it calls', (station, _does, calls) => {
    const [file = ''] = filesIn(station)
    const known = imports.filter((one) => one.file === `src/${file}`).map((one) => one.imported)
    expect(known).toEqual(expect.arrayContaining(filesIn(calls).map((one) => `src/${one}`)))
  })
})

describe('one word for one thing', () => {
  test('no name is exported by two files of src', () => {
    const all = sourceFiles().flatMap((file) =>
      exportedNames(readFileSync(file, 'utf8')).map((name) => [name, file] as const),
    )
    expect(all.length).toBeGreaterThan(500)
    expect(repeated(all)).toEqual([])
  })

  test('no two files of src have one name', () => {
    expect(repeated(sourceFiles().map((file) => [basename(file), file] as const))).toEqual([])
  })

  test('in the poller nothing is called a scan', () => {
    const ofPoller = sourceFiles().filter((file) => file.startsWith('src/poller/'))
    const names = ofPoller.flatMap((file) => exportedNames(readFileSync(file, 'utf8')))
    expect([...ofPoller, ...names].filter((name) => /scan/i.test(name))).toEqual([])
  })
})
