import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const source = `import { gauge, sample } from '../../metrics/metric.ts'
import { flag } from '../../options/value-kinds.ts'
import { redisError } from '../../redis/redis-error.ts'
import { collector } from '../collector.ts'

const time = gauge('last_save_timestamp_seconds', 'When the data was last saved (LASTSAVE)')

export const lastSave = collector({
  name: 'last-save',
  help: 'when the data was last saved, from LASTSAVE, with --include-last-save',
  metrics: [time],
  commands: ['lastsave'],
  options: {
    includeLastSave: {
      flags: ['include-last-save'],
      env: ['REDIS_EXPORTER_INCLUDE_LAST_SAVE'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export when the data was last saved',
      kind: flag,
      default: 'false',
    },
  },
  example: { includeLastSave: 'true' },
  isWanted: ({ includeLastSave }) => includeLastSave,
  appliesTo: (server) => server.knows('lastsave'),
  async collect(poll) {
    const reply = await poll.read('LASTSAVE')
    if (typeof reply !== 'number') throw redisError('parse', 'LASTSAVE gave no number')
    return [sample(time, reply)]
  },
})
`

const test = `import { expect, test } from 'vitest'
import { lastSave } from '../../../src/collectors/server/last-save.ts'
import { collected } from '../../support/fake-poll.ts'

test('the time of LASTSAVE is served', async () => {
  expect(await collected(lastSave, { replies: { LASTSAVE: 1_700_000_000 } })).toBe(
    '# TYPE redis_last_save_timestamp_seconds gauge\\nredis_last_save_timestamp_seconds 1700000000\\n',
  )
})
`

/** The files that src/README.md tells to write, beside lines in files that are there already. */
const files = {
  'src/collectors/server/last-save.ts': source,
  'test/collectors/server/last-save.test.ts': test,
}

/** The lines, each behind one that is there. */
const lines = [
  {
    path: 'src/collectors/index.ts',
    behind: "import { memory } from './server/memory.ts'",
    line: "import { lastSave } from './server/last-save.ts'",
  },
  { path: 'src/collectors/index.ts', behind: '    rdbFile,', line: '    lastSave,' },
  { path: 'src/redis/command.ts', behind: "  'info',", line: "  'lastsave'," },
]

/** The same command in the test of the closed list, which is a step of its own. */
const promise = {
  path: 'test/redis/command.test.ts',
  behind: "    'getrange',",
  line: "    'lastsave',",
}

/** A copy of the sources and tests in which somebody adds a collector as src/README.md says. */
export interface CopyWithCollector {
  /** Every file that was written or changed by hand. */
  readonly touched: readonly string[]
  /** Adds the command of the collector to the test of the closed list. */
  promiseCommand(): Promise<void>
}

export async function copyWithCollector(directory: string): Promise<CopyWithCollector> {
  for (const name of ['src', 'test', 'kubernetes', 'package.json', 'tsconfig.json', 'README.md'])
    await cp(name, join(directory, name), { recursive: true })
  await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'))

  async function addLine({ path, behind, line }: (typeof lines)[number]): Promise<void> {
    const text = await readFile(join(directory, path), 'utf8')
    if (!text.includes(`${behind}\n`)) throw new Error(`${path} has no line ${behind}`)
    await writeFile(join(directory, path), text.replace(`${behind}\n`, `${behind}\n${line}\n`))
  }

  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text)
  for (const one of lines) await addLine(one)
  const touched = [...Object.keys(files), ...lines.map(({ path }) => path), promise.path]
  return { touched: [...new Set(touched)], promiseCommand: () => addLine(promise) }
}
