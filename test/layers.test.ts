import { readdirSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram } from './support/child-process.ts'
import { importedBy, sourceFolders, sourceImports } from './support/source-imports.ts'
import { type TemporaryDirectory, temporaryDirectory } from './support/temporary-directory.ts'

/** What each folder of src may import from the others: dependencies point one way. */
const layers: Readonly<Record<string, readonly string[]>> = {
  targets: [],
  metrics: [],
  options: ['targets', 'keyspace'],
  config: ['options', 'targets', 'keyspace'],
  redis: ['targets', 'keyspace'],
  keyspace: [],
  collectors: ['options', 'redis', 'metrics', 'keyspace'],
  walk: ['collectors', 'redis', 'metrics', 'keyspace'],
  poller: ['walk', 'collectors', 'options', 'redis', 'metrics', 'targets'],
  fleet: [
    ...['poller', 'walk', 'discovery', 'collectors', 'options', 'redis', 'metrics', 'targets'],
  ],
  discovery: ['config', 'options', 'redis', 'targets', 'keyspace'],
  protection: ['discovery', 'config', 'options', 'targets'],
  http: ['protection', 'fleet', 'poller', 'discovery', 'metrics', 'targets'],
}

/** The one place where a package is known, so that another can be put in its place. */
const packages: Readonly<Record<string, string>> = {
  ioredis: 'src/redis/',
  hono: 'src/http/',
  '@hono/node-server': 'src/http/',
  'node-cron': 'src/poller/',
  'prom-client': 'src/metrics/',
  commander: 'src/config/',
  'csv-parse': 'src/options/',
  'shell-quote': 'src/options/',
  yaml: 'src/discovery/',
  pino: 'src/log.ts',
  'pino-pretty': 'src/log.ts',
}

const imports = sourceImports()

test('every folder of src has its place', () => {
  // The build is no part of what runs.
  expect(
    sourceFolders()
      .filter((name) => name !== 'build')
      .sort(),
  ).toEqual(Object.keys(layers).sort())
})

test.each([
  ["import { a } from 'x'", ['x']],
  ['import type { a } from "x/y"', ['x/y']],
  ["import {\n  a,\n} from './a.ts'\nexport { b } from '../b.ts'", ['./a.ts', '../b.ts']],
  ["import 'x'", ['x']],
  ["const a = await import('x')", ['x']],
  ["createRequire(import.meta.url)\nrequire('x')", ['x']],
  ['// from here on', []],
])('imports are found in %j', (source, expected) => {
  expect(importedBy(source)).toEqual(expected)
})

describe.each(Object.entries(layers))('src/%s', (folder, allowed) => {
  const others = (imported: string) => /^src\/([\w-]+)\//.exec(imported)?.[1]
  const own = imports.filter(({ file }) => file.startsWith(`src/${folder}/`))

  test(`imports from no other folders than ${allowed.join(', ') || 'none'}`, () => {
    const against = own.filter(({ imported }) => {
      const other = others(imported)
      return other !== undefined && other !== folder && !allowed.includes(other)
    })

    expect(against).toEqual([])
  })

  test('imports neither main.ts nor the build', () => {
    expect(own.filter(({ imported }) => /^src\/(main|build)\b/.test(imported))).toEqual([])
  })
})

describe.each(Object.entries(packages))('%s', (name, place) => {
  const importers = imports
    .filter(({ file }) => !file.startsWith('src/build/'))
    .filter(({ imported }) => imported === name || imported.startsWith(`${name}/`))
    .map(({ file }) => file)

  test('is imported', () => {
    expect(importers).not.toEqual([])
  })

  test(`is imported in ${place} alone`, () => {
    expect(importers.filter((file) => !file.startsWith(place))).toEqual([])
  })
})

/** The rooms of src/collectors: what they share stands in `reading`, or at the door. */
const rooms = readdirSync('src/collectors', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test.each(rooms)('src/collectors/%s imports from no other room than reading', (room) => {
  const others = imports
    .filter(({ file }) => file.startsWith(`src/collectors/${room}/`))
    .map(({ imported }) => /^src\/collectors\/([\w-]+)\//.exec(imported)?.[1])
    .filter((other) => other !== undefined && other !== room && other !== 'reading')

  expect(others).toEqual([])
})

describe('the linter', () => {
  let directory: TemporaryDirectory
  let refused: ReadonlySet<string>

  const folders = Object.keys(layers)
  const attempts = folders.flatMap((folder) => [
    ...folders.filter((other) => other !== folder).map((other) => attempt(folder, other)),
    ...Object.keys(packages).map((name) => attempt(folder, name)),
  ])
  const attemptsOfRooms = rooms.flatMap((room) => [
    ...rooms.filter((other) => other !== room).map((other) => attemptOfRoom(room, other)),
    ...['redis', 'poller', 'ioredis', 'pino'].map((other) => attemptOfRoom(room, other)),
  ])

  function attemptOfRoom(room: string, imported: string) {
    const from = rooms.includes(imported) ? `../${imported}/thing.ts` : `../../${imported}/thing.ts`
    return {
      room,
      imported,
      file: `src/collectors/${room}/imports-${imported}.ts`,
      source: `import { thing } from '${imported in packages ? imported : from}'\n`,
      allowed: imported === 'reading' || imported === 'redis',
    }
  }

  function attempt(folder: string, imported: string) {
    const isFolder = imported in layers
    return {
      folder,
      imported,
      file: `src/${folder}/imports-${imported.replaceAll(/\W+/g, '-')}.ts`,
      source: `import { thing } from '${isFolder ? `../${imported}/thing.ts` : imported}'\n`,
      allowed: isFolder
        ? layers[folder]?.includes(imported)
        : `src/${folder}/`.startsWith(packages[imported] ?? ''),
    }
  }

  beforeAll(async () => {
    directory = await temporaryDirectory()
    await cp('.biome.json', join(directory.path, '.biome.json'))
    for (const { file, source } of [...attempts, ...attemptsOfRooms]) {
      await mkdir(dirname(join(directory.path, file)), { recursive: true })
      await writeFile(join(directory.path, file), `${source}export const used = thing\n`)
    }
    refused = await refusedImports(directory.path)
  }, 30_000)
  afterAll(() => directory[Symbol.asyncDispose]())

  test.each(attempts.filter(({ allowed }) => allowed))(
    'allows src/$folder to import $imported',
    ({ file }) => {
      expect(refused).not.toContain(file)
    },
  )

  test.each(attempts.filter(({ allowed }) => !allowed))(
    'refuses that src/$folder imports $imported',
    ({ file }) => {
      expect(refused).toContain(file)
    },
  )

  test.each(attemptsOfRooms)(
    'on src/collectors/$room importing $imported: allowed is $allowed',
    ({ file, allowed }) => {
      expect(refused.has(file)).toBe(!allowed)
    },
  )
})

/** The files of a folder whose import the rule of our configuration refuses. */
async function refusedImports(path: string): Promise<ReadonlySet<string>> {
  await using biome = startProgram({
    program: fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url)),
    args: [
      ...['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports'],
      ...['--reporter=json', '--max-diagnostics=none', '.'],
    ],
    directory: path,
  })
  await biome.exited
  const { diagnostics }: { diagnostics: readonly { location: { path: string } }[] } = JSON.parse(
    biome.stdout(),
  )
  return new Set(diagnostics.map(({ location }) => location.path))
}
