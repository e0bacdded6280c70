import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ImageStorage, run } from './image-storage.ts'
import { requireProgram } from './programs.ts'

const searchPath = '/usr/local/bin:/usr/bin:/bin'

/**
 * Makes a stand-in for the official Node image, which cannot be pulled everywhere: the Node and
 * npm of this machine where that image has them, their shared libraries, and the three programs
 * that the Dockerfile and npm's scripts call. It is another Node version on another userland, so
 * it tests the Dockerfile, not node:24-slim.
 */
export async function buildNodeBase(storage: ImageStorage, name: string): Promise<void> {
  const root = join(storage.directory, 'base')
  await copyPrograms(root, {
    '/usr/local/bin/node': process.execPath,
    '/usr/bin/env': requireProgram('env'),
    '/bin/sh': requireProgram('sh'),
    '/bin/rm': requireProgram('rm'),
  })
  await copyPartsOfNode(root)
  await installNpm(root)
  const settings = await npmSettings()
  for (const file of settings.files) {
    await copyTo(root, file, file)
  }
  const container = await storage.buildah('from', 'scratch')
  await storage.buildah('copy', '--quiet', container, root, '/')
  // The official image, too, has a command of its own, which must not reach the exporter.
  const environment = [`PATH=${searchPath}`, ...settings.environment]
  const variables = environment.flatMap((variable) => ['--env', variable])
  await storage.buildah('config', '--cmd', '["node"]', ...variables, container)
  await storage.buildah('commit', '--quiet', '--rm', container, name)
}

async function copyPrograms(root: string, programs: Readonly<Record<string, string>>) {
  const libraries = new Set<string>()
  for (const [place, program] of Object.entries(programs)) {
    await copyTo(root, program, place)
    const linked = await run('ldd', [program])
    for (const [, library] of linked.matchAll(/(\/\S+) \(0x/g)) {
      libraries.add(library ?? '')
    }
  }
  for (const library of libraries) {
    await copyTo(root, library, library)
  }
}

/** Debian keeps these parts of its Node beside the program, instead of inside. */
async function copyPartsOfNode(root: string): Promise<void> {
  for (const name of ['acorn', 'acorn-walk', 'cjs-module-lexer', 'minimatch', 'undici']) {
    const folder = `/usr/share/nodejs/${name}`
    if (existsSync(folder)) {
      await cp(folder, join(root, folder), { recursive: true, dereference: true })
    }
  }
}

/** From the registry, because the npm of a Linux distribution may lie in many places. */
async function installNpm(root: string): Promise<void> {
  const home = { HOME: process.env.HOME }
  const version = await run('npm', ['--version'], home)
  const packed = await run('npm', ['pack', `npm@${version}`, '--pack-destination', root], home)
  const archive = join(root, packed.split('\n').at(-1) ?? '')
  const npm = join(root, 'usr/local/lib/node_modules/npm')
  await mkdir(npm, { recursive: true })
  await run('tar', ['-xzf', archive, '-C', npm, '--strip-components=1', '--no-same-owner'])
  await rm(archive)
  const program = '../lib/node_modules/npm/bin/npm-cli.js'
  await symlink(program, join(root, 'usr/local/bin/npm'))
}

/** The registry, and the certificates that its name is proved with, as this machine has them. */
async function npmSettings() {
  const setting = async (name: string) =>
    await run('npm', ['config', 'get', name], { HOME: process.env.HOME })
  const registry = await setting('registry')
  const candidates = {
    npm_config_cafile: await setting('cafile'),
    NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? '',
  }
  const certificates = Object.entries(candidates).filter(([, file]) => existsSync(file))
  return {
    environment: [
      `npm_config_registry=${registry}`,
      ...certificates.map(([name, file]) => `${name}=${file}`),
    ],
    files: new Set(certificates.map(([, file]) => file)),
  }
}

async function copyTo(root: string, file: string, place: string): Promise<void> {
  const target = join(root, place)
  await mkdir(dirname(target), { recursive: true })
  await copyFile(file, target)
}
