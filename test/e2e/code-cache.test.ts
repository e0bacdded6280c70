import {
  chmod,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeCacheOf } from '../../src/build/code-cache.ts'
import { startProgram } from '../support/child-process.ts'
import { bundle } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'
import { tellsTakenCode } from '../support/taken-code.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Starts a program that is to tell its version; gives what it tells. */
async function codeOf(file: string, nodeOptions = ''): Promise<string> {
  await using run = startProgram({
    program: process.execPath,
    args: [file, '--version'],
    env: { NODE_OPTIONS: `${tellsTakenCode} ${nodeOptions}` },
  })
  expect(await run.exited).toEqual({ code: 0, signal: null })
  expect(run.output()).toMatch(/^code: .*\nredis-exporter .*\n$/)
  return run.output()
}

const tellsStack = `
import os from 'node:os'
os.hostname = () => {
  process._rawDebug(new Error().stack)
  return 'here'
}`

/** What stands where the stack of a question for the name of the host says that \`main\` asks. */
async function askedInMain(file: string): Promise<string | undefined> {
  await using run = startProgram({
    program: process.execPath,
    args: [importing(tellsStack), file, '--version'],
  })
  await run.exited
  const [, line, column] = run.stderr().match(/at main \(.*redis-exporter:(\d+):(\d+)\)/) ?? []
  const lines = (await readFile(file, 'utf8')).split('\n')
  return lines[Number(line) - 1]?.slice(Number(column) - 12, Number(column) + 1)
}

/** A copy of what the build made, the program and its code among it. */
async function copyOfBuild() {
  const directory = await temporaryDirectory()
  const folder = join(directory.path, 'bin')
  // Folders in it are of those who try the exporter meanwhile, and come and go.
  for (const entry of await readdir(dirname(bundle), { withFileTypes: true }))
    if (entry.isFile())
      await cp(join(dirname(bundle), entry.name), join(folder, entry.name), {
        preserveTimestamps: true,
      })
  const file = join(folder, basename(bundle))
  return {
    folder,
    file,
    code: codeCacheOf(file),
    [Symbol.asyncDispose]: directory[Symbol.asyncDispose],
  }
}

describe('the code beside the program is taken', () => {
  it('as it was built', async () => {
    expect(await codeOf(bundle)).toMatch(/^code: taken,/)
  })

  it('with the places in stacks', async () => {
    await using build = await copyOfBuild()
    const place = await askedInMain(build.file)
    expect(place).toContain('hostname')

    await rm(build.code)
    expect(await askedInMain(build.file)).toBe(place)
  })

  it('from a folder that nobody can write, where nothing is left behind', async () => {
    await using build = await copyOfBuild()
    const before = await readdir(build.folder)
    await chmod(build.folder, 0o555)

    expect(await codeOf(build.file)).toMatch(/^code: taken,/)
    expect(await readdir(build.folder)).toEqual(before)
  })

  it('by a link to the program, as npm makes it', async () => {
    await using build = await copyOfBuild()
    const link = join(dirname(build.folder), 'redis-exporter')
    await symlink('bin/redis-exporter', link)

    expect(await codeOf(link)).toMatch(/^code: taken,/)
  })

  it.each(['--max-old-space-size=72', '--max_old_space_size=100 --max-old-space-size=72'])(
    'where %s bounds the heap, which stays bounded',
    async (options) => {
      await using build = await copyOfBuild()
      const taken = await codeOf(build.file, options)
      await rm(build.code)

      const plain = await codeOf(build.file, options)

      expect(taken).toMatch(/^code: taken,/)
      expect(plain).toBe(taken.replace('taken', 'none'))
      expect(await codeOf(build.file)).not.toBe(plain)
    },
  )
})

it('the code beside the program is taken where a build with a bound of the heap wrote it for its user alone', async () => {
  await using build = await copyOfBuild()
  await rm(build.code)
  const write = 'umask 077; exec "$0" "$1/write-code-cache.js" "$2"'
  await using writer = startProgram({
    program: 'sh',
    args: ['-c', write, process.execPath, build.folder, build.file],
    env: { NODE_OPTIONS: '--max-old-space-size=500' },
  })
  expect(await writer.exited).toEqual({ code: 0, signal: null })

  expect(await codeOf(build.file)).toMatch(/^code: taken,/)
  expect((await stat(build.code)).mode & 0o777).toBe(0o644)
})

type Build = Awaited<ReturnType<typeof copyOfBuild>>

const changed = async (file: string, change: (content: Buffer) => Buffer | string) =>
  await writeFile(file, change(await readFile(file)))

describe('the code beside the program is passed over, without a word, where it', () => {
  it.each<readonly [string, (build: Build) => Promise<unknown>]>([
    ['is not there', async ({ code }) => await rm(code)],
    ['is empty', async ({ code }) => await truncate(code)],
    ['has lost its end', async ({ code }) => await truncate(code, 1_000_000)],
    [
      'goes on',
      async ({ code }) => await changed(code, (content) => Buffer.concat([content, content])),
    ],
    [
      'has one wrong bit',
      async ({ code }) =>
        await changed(code, (content) =>
          content.fill((content[700_000] ?? 0) ^ 1, 700_000, 700_001),
        ),
    ],
    [
      'was made by another Node',
      async ({ code }) =>
        await changed(code, (content) => {
          content.write('v9.9.9')
          return content
        }),
    ],
    [
      'was made of another program of the same length',
      async ({ file }) =>
        await changed(file, (content) =>
          content.toString('latin1').replace('cannot start', 'cannot begin'),
        ),
    ],
    ['may be written by others', async ({ code }) => await chmod(code, 0o646)],
    ['may be written by a group', async ({ code }) => await chmod(code, 0o664)],
    ['belongs to somebody else', async ({ code }) => await chown(code, 65_534, 65_534)],
    [
      'stands behind a link',
      async ({ code }) => {
        await rename(code, `${code}.there`)
        await symlink(`${code}.there`, code)
      },
    ],
    [
      'is a folder',
      async ({ code }) => {
        await rm(code)
        await mkdir(code)
      },
    ],
    [
      'is a pipe that nobody writes to',
      async ({ code }) => {
        await rm(code)
        await using made = startProgram({ program: 'mkfifo', args: [code] })
        expect(await made.exited).toEqual({ code: 0, signal: null })
      },
    ],
  ])('%s', async (_, spoil) => {
    await using build = await copyOfBuild()
    await spoil(build)

    expect(await codeOf(build.file)).toMatch(/^code: none,/)
  })
})

it('the code beside the program is refused by V8 with other flags, and the program runs without', async () => {
  expect(await codeOf(bundle, '--stack-trace-limit=20')).toMatch(/^code: refused,/)
})
