import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/child-process.ts'
import { type CopyWithCollector, copyWithCollector } from '../support/sample-collector.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let directory: TemporaryDirectory
let copy: CopyWithCollector

beforeAll(async () => {
  directory = await temporaryDirectory()
  copy = await copyWithCollector(directory.path)
})
afterAll(async () => await directory?.[Symbol.asyncDispose]())

/** Runs Node.js in the copy and returns its exit code and what it printed. */
async function node(...args: readonly string[]) {
  await using program = startProgram({
    program: process.execPath,
    args,
    directory: directory.path,
    // What was translated once is kept, and goes with the copy.
    env: { TMPDIR: directory.path },
  })
  const { code } = await program.exited
  return { code, text: program.stdout() }
}

const run = (path: string, ...args: readonly string[]) => node('--import', 'tsx', path, ...args)

// All that concerns every collector, and its own. Of the contract, which takes minutes, its part.
const ofAll = [
  ...['collectors/index', 'config/collector-options', 'config/help', 'build/documents'],
  ...[
    'metrics/declarations',
    'metrics/metric-names',
    'redis/command',
    'collectors/server/last-save',
  ],
].map((name) => `test/${name}.test.ts`)

/** The tests that fail in the copy; the text tells in which files. */
async function failures(...args: readonly string[]): Promise<readonly string[]> {
  const vitest = 'node_modules/vitest/vitest.mjs'
  const how = ['run', '--config', 'test/vitest.config.ts', '--project', 'unit', '--reporter=json']
  const { text } = await node(vitest, ...how, ...args)
  const report: Report = JSON.parse(text.slice(text.indexOf('{')))
  expect(report.numPassedTests).toBeGreaterThan(3)
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName)
    .sort()
}

interface Report {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

describe('a collector with an option and a command of its own', () => {
  it('is of the right types with its file and its line in the registry', async () => {
    // All tests together take half a minute of processor time.
    const include = ['src', ...ofAll, 'test/contract.test.ts']
    const project = join(directory.path, 'tsconfig.part.json')
    await writeFile(project, JSON.stringify({ extends: './tsconfig.json', include }))

    // More than one checker at a time would each look at the same types again.
    const how = ['--noEmit', '--checkers', '1', '--project', project]
    const checked = await node('node_modules/.bin/tsc', ...how)
    expect(checked).toEqual({ code: 0, text: '' })
  })

  it('is known to --help, with its option', async () => {
    const { text } = await run('src/main.ts', '--help')

    expect(text).toContain('--include-last-save\n      Export when the data was last saved\n')
    expect(text).toContain('--collect.last-save\n')
  })

  it.each([
    ['grants its command where it is asked for', ['--include-last-save'], true],
    ['grants nothing for it where it is not', [], false],
  ])('--acl %s', async (_case, args, isGranted) => {
    const { text } = await run('src/main.ts', '--acl', ...args)

    expect(text.includes(' +lastsave')).toBe(isGranted)
  })

  it('before make docs makes tests fail that say what is to be done, and no others', async () => {
    expect(await failures(...ofAll)).toEqual([
      'the reference of the metrics is what make docs would write',
      'the reference of the options is what make docs would write',
      'the server is also asked for the commands whose subcommands may be sent',
      'what may be sent is this and nothing else',
    ])
  })

  it('is done when the list of commands has it and the documents are written', async () => {
    await copy.promiseCommand()
    expect((await run('src/build/write-docs.ts')).code).toBe(0)
    const read = (path: string) => readFile(join(directory.path, path), 'utf8')

    expect(await read('src/metrics/README.md')).toContain('`last_save_timestamp_seconds`')
    expect(
      await failures('test/contract.test.ts', ...ofAll, '-t', 'last-save|what make docs|sent'),
    ).toEqual([])
  })

  it('touches no files but those that src/README.md names', async () => {
    const readme = await readFile('src/README.md', 'utf8')
    const [, rest = ''] = readme.split('## Contributing\n')
    const [steps = ''] = rest.split('\n## ')
    const named = copy.touched.map((path) => path.replace('/server/last-save', '/<room>/<name>'))

    expect(named.filter((path) => !steps.includes(`\`${path}\``))).toEqual([])
  })
})
