import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { type Image, openImage } from '../support/image-container.ts'
import { buildNodeBase } from '../support/image-node-base.ts'
import { type ImageStorage, openImageStorage, run } from '../support/image-storage.ts'
import { requireProgram } from '../support/programs.ts'
import { startRedis } from '../support/redis-server.ts'
import { tellsTakenCode } from '../support/taken-code.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const buildImage = fileURLToPath(new URL('../../kubernetes/build-image.sh', import.meta.url))
const packageFile = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

describe('the image that the Dockerfile makes', () => {
  const base = 'localhost/node-of-this-machine'
  let storage: ImageStorage | undefined
  let image: Image

  beforeAll(async () => {
    storage = await openImageStorage()
    await buildNodeBase(storage, base)
    await run('sh', [buildImage], {
      ...storage.environment,
      CONTAINER_BUILDER: 'buildah',
      IMAGE: 'redis-exporter',
      NODE_IMAGE: base,
    })
    image = await openImage(storage, `localhost/redis-exporter:${version}`)
  })

  afterAll(async () => await storage?.[Symbol.asyncDispose]())

  it('serves what a real Redis says', async () => {
    await using redis = await startRedis()
    await using container = await image.start({ REDIS_URL: redis.url })
    await eventually(async () => {
      expect((await container.exporter.get('/ready')).status).toBe(200)
    })
    expect((await container.exporter.get('/healthz')).status).toBe(200)
    expect((await container.exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
  })

  it('runs as a user without rights, over a root that nobody can write', async () => {
    await using container = await image.start()
    const status = container.read('status')
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m)
    expect(status).toMatch(/^Gid:\t65532\t65532\t65532\t65532$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(container.read('mountinfo')).toMatch(/^\S+ \S+ \S+ \S+ \/ ro[ ,]/m)
  })

  it('has all threads take memory from one place, and gives back what snapshots took', async () => {
    await using container = await image.start()
    const variables = container.read('environ').split('\0')
    expect(variables).toContain('MALLOC_ARENA_MAX=1')
    expect(variables).toContain('MALLOC_MMAP_THRESHOLD_=32768')
  })

  it('ends with 0 when its process 1 gets SIGTERM', async () => {
    await using container = await image.start()
    expect(container.read('status')).toMatch(/^NSpid:.*\t1$/m)
    expect(await container.terminate()).toEqual({ code: 0, signal: null })
  })

  it('tells by its health check whether the exporter answers', async () => {
    const [kind, ...command] = image.configuration.Healthcheck.Test
    expect(kind).toBe('CMD')
    await using container = await image.start()
    await image.execute(container.listenAddress, command)
    await container.terminate()
    await expect(image.execute(container.listenAddress, command)).rejects.toThrow('failed (1)')
  })

  it('starts the exporter without a shell and without an argument of the base image', () => {
    const { Entrypoint, Cmd } = image.configuration
    expect([...Entrypoint, ...Cmd]).toEqual(['node', '/app/bin/redis-exporter'])
  })

  it('names its user by number, and it is not root', () => {
    expect(image.configuration.User).toBe('65532:65532')
  })

  it('starts from code that its own Node compiled', async () => {
    const [, ...program] = image.configuration.Entrypoint
    const told = await image.execute({ NODE_OPTIONS: tellsTakenCode }, [
      'node',
      ...program,
      '--version',
    ])
    expect(told).toMatch(/^code: taken,/m)
  })

  it('exposes the port of the exporter only', () => {
    expect(Object.keys(image.configuration.ExposedPorts)).toEqual(['9121/tcp'])
  })

  it('says what it was made from', () => {
    const prefix = 'org.opencontainers.image.'
    const { Labels } = image.configuration
    expect(Labels[`${prefix}title`]).toBe('redis-exporter')
    expect(Labels[`${prefix}licenses`]).toBe('MIT')
    expect(Labels[`${prefix}version`]).toBe(version)
    expect(Labels[`${prefix}revision`]).toMatch(/^[0-9a-f]{40}(-dirty)?$/)
    expect(Labels[`${prefix}created`]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })

  it('adds the five files of production to its base, and no package', () => {
    expect(filesIn(join(image.root, 'app'))).toEqual([
      'LICENSE',
      'bin/THIRD-PARTY-LICENSES.txt',
      'bin/package.json',
      'bin/redis-exporter',
      'bin/redis-exporter.cache',
    ])
    expect(existsSync(join(image.root, 'build'))).toBe(false)
    expect(existsSync(join(image.root, 'usr/local/lib/node_modules'))).toBe(false)
    expect(readdirSync(join(image.root, 'usr/local/bin'))).toEqual(['node'])
  })

  it('keeps the files of the exporter from being changed by it', () => {
    for (const file of filesIn(join(image.root, 'app'))) {
      const { uid, mode } = lstatSync(join(image.root, 'app', file))
      expect({ file, uid, writable: mode & 0o022 }).toEqual({ file, uid: 0, writable: 0 })
    }
  })

  it('adds less than 4 MB to its base', () => {
    const added = sizeOf(join(image.root, 'app'))
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`
    console.log(`image: ${megabytes(sizeOf(image.root))}, ${megabytes(added)} of them ours`)
    expect(added).toBeLessThan(4e6)
  })
})

describe('the choice of the image builder', () => {
  it('passes over a docker client that has no daemon', async () => {
    const { output } = await buildWith({ docker: 'exit 1', podman: 'echo "podman $*"' })
    expect(output).toContain('podman build --build-arg VERSION=')
  })

  it('prefers a docker whose daemon answers', async () => {
    const { output } = await buildWith({ docker: 'echo "docker $*"', podman: 'exit 1' })
    expect(output).toContain('docker build --build-arg VERSION=')
  })

  it('names all three builders when there is none', async () => {
    const { code, output } = await buildWith({})
    expect(code).toBe(1)
    expect(output).toMatch(/docker.*podman.*buildah; found none/)
  })

  it('tags the version and latest, unless the name has a tag', async () => {
    const buildah = 'echo "buildah $*"'
    const plain = await buildWith({ buildah }, 'registry:5000/redis-exporter')
    expect(plain.output).toContain(`--tag registry:5000/redis-exporter:${version} `)
    expect(plain.output).toContain('--tag registry:5000/redis-exporter:latest')
    const tagged = await buildWith({ buildah }, 'registry:5000/redis-exporter:mine')
    expect(tagged.output).toContain('--tag registry:5000/redis-exporter:mine ')
    expect(tagged.output).not.toContain('latest')
  })
})

/** Runs the script where only these builders exist, each one a line of shell. */
async function buildWith(builders: Readonly<Record<string, string>>, image = 'redis-exporter') {
  await using folder = await temporaryDirectory()
  const programs = join(folder.path, 'bin')
  await mkdir(programs)
  for (const name of ['sh', 'dirname', 'sed', 'date', 'git']) {
    await symlink(requireProgram(name), join(programs, name))
  }
  for (const [name, line] of Object.entries(builders)) {
    await writeFile(join(programs, name), `#!/bin/sh\n${line}\n`)
    await chmod(join(programs, name), 0o755)
  }
  await using script = startProgram({
    program: 'sh',
    args: [buildImage],
    env: { PATH: programs, IMAGE: image },
  })
  const { code } = await script.exited
  return { code, output: script.output() }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !lstatSync(join(folder, file)).isDirectory())
    .sort()
}

function sizeOf(folder: string): number {
  return filesIn(folder).reduce((sum, file) => sum + lstatSync(join(folder, file)).size, 0)
}
