import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProgram } from './child-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A private place for images and containers, gone on disposal with all that was built in it. */
export interface ImageStorage extends AsyncDisposable {
  readonly directory: string
  /** What makes buildah, and a script that calls it, work in this place. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Runs a command of buildah and returns what it printed. */
  buildah(...args: readonly string[]): Promise<string>
}

export async function openImageStorage(): Promise<ImageStorage> {
  // Without a runtime such as runc, and without user namespaces, only root may change the root.
  if (process.getuid?.() !== 0) {
    throw new Error('Building and running the image takes root here; run the tests as root')
  }
  const folder = await temporaryDirectory()
  const directory = folder.path
  const temporary = join(directory, 'temporary')
  await mkdir(temporary)
  const place = `graphroot = "${directory}/images"\nrunroot = "${directory}/run"\n`
  const storage = join(directory, 'storage.conf')
  await writeFile(storage, `[storage]\ndriver = "vfs"\n${place}`)
  // Low, because newer buildahs raise what is not set, and not every root may raise a limit.
  const settings = join(directory, 'containers.conf')
  await writeFile(
    settings,
    '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n',
  )
  const environment = {
    ...proxies(),
    HOME: directory,
    TMPDIR: temporary,
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_CONF: settings,
    STORAGE_DRIVER: 'vfs',
    BUILDAH_ISOLATION: 'chroot',
  }
  return {
    directory,
    environment,
    buildah: async (...args) => await run('buildah', args, environment),
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  }
}

/** Runs a program to its end and returns what it printed; one that fails is an error. */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  await using running = startProgram({ program, args, env })
  const { code, signal } = await running.exited
  if (code !== 0) {
    const command = [program, ...args].join(' ')
    throw new Error(`${command} failed (${code ?? signal}):\n${running.output()}`)
  }
  return running.stdout().trim()
}

/** The build asks the npm registry, and some machines reach it through a proxy only. */
function proxies(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name)),
  )
}
