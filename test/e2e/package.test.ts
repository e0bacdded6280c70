import { copyFile, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { startProgram } from '../support/child-process.ts'
import { httpRequest } from '../support/http-get.ts'
import { startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tarball = `redis-exporter-${packageJson.version}.tgz`
const itsVersion = new RegExp(`^redis-exporter ${packageJson.version} \\(`, 'm')

describe('the package made by npm pack', () => {
  let directory: TemporaryDirectory
  let files: readonly string[]

  beforeAll(async () => {
    directory = await temporaryDirectory()
    // Packing builds: in a copy, so that the build that other tests run stays as it is.
    const copy = join(directory.path, 'project')
    await mkdir(copy)
    for (const name of ['package.json', 'LICENSE', 'src']) {
      await cp(join(root, name), join(copy, name), { recursive: true })
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    const packed = await inShell(copy, 'npm', 'pack', '--json', '--pack-destination', '..')
    const [{ files: entries }] = JSON.parse(packed.slice(packed.indexOf('[\n')))
    files = entries.map(({ path }: { readonly path: string }) => path)
  })

  afterAll(async () => await directory?.[Symbol.asyncDispose]())

  it('holds the bundle, the licences and nothing of the source', () => {
    const known = /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|bin\/.+)$/
    expect(files.filter((path) => !known.test(path))).toEqual([])
    expect(files.filter((path) => path.startsWith('bin/')).sort()).toEqual([
      'bin/THIRD-PARTY-LICENSES.txt',
      'bin/package.json',
      'bin/redis-exporter',
    ])
  })

  it('runs by npx, without the network', async () => {
    const folder = await newFolder('by-npx')

    const output = await inShell(folder, 'npx', '--yes', `../${tarball}`, '--version')

    expect(output).toMatch(itsVersion)
  })

  it('runs when it is installed into a project, without the network and without dependencies', async () => {
    const folder = await newFolder('installed')
    await inShell(folder, 'npm', 'install', '--no-audit', '--no-fund', `../${tarball}`)

    expect(await inShell(folder, './node_modules/.bin/redis-exporter', '--version')).toMatch(
      itsVersion,
    )
    const installed = await readdir(join(folder, 'node_modules'))
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['redis-exporter'])
  })

  async function newFolder(name: string): Promise<string> {
    const folder = join(directory.path, name)
    await mkdir(folder)
    // Without one, npm would take a folder further up that has one for the project.
    await writeFile(join(folder, 'package.json'), '{}\n')
    return folder
  }

  /** Runs a program to its end, with a home and a cache of its own, and returns its output. */
  async function inShell(folder: string, ...[program = '', ...args]: string[]): Promise<string> {
    await using run = startProgram({
      program: program.startsWith('.') ? join(folder, program) : program,
      args,
      directory: folder,
      env: {
        HOME: directory.path,
        npm_config_cache: join(directory.path, 'cache'),
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
      },
    })
    const { code } = await run.exited
    if (code !== 0) {
      throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${run.output()}`)
    }
    return run.stdout()
  }
})

it.each(['module', 'commonjs'])(
  'the file bin/redis-exporter runs alone in a folder of a package of type %s, whatever it serves',
  async (type) => {
    await using redis = await startRedis()
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'redis-exporter')
    await copyFile(join(root, 'bin/redis-exporter'), file)
    await writeFile(join(directory.path, 'package.json'), JSON.stringify({ type }))

    await using run = startProgram({
      program: file,
      args: [],
      directory: directory.path,
      env: { REDIS_URL: redis.url, REDIS_EXPORTER_WEB_LISTEN_ADDRESS: '127.0.0.1:0' },
    })

    const [, port] = /"port":(\d+)/.exec(await run.waitForLine('listening')) ?? []
    await run.waitForLine('INFO: up')
    const { body } = await httpRequest(`http://127.0.0.1:${port}/metrics`)
    expect(body).toContain('\nredis_up 1\n')
    expect(await run.stop()).toEqual({ code: 0, signal: null })
  },
)

it('the file bin/redis-exporter runs alone in an empty folder', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'redis-exporter')
  await copyFile(join(root, 'bin/redis-exporter'), file)

  await using run = startProgram({ program: file, args: ['--version'], directory: directory.path })

  expect(await run.exited).toEqual({ code: 0, signal: null })
  expect(run.stdout()).toMatch(itsVersion)
})
