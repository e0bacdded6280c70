import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Exit, startProgram } from './child-process.ts'
import { eventually } from './eventually.ts'
import { answering, type Exporter } from './exporter.ts'
import { freePort } from './free-port.ts'
import type { ImageStorage } from './image-storage.ts'

type Environment = Readonly<Record<string, string>>

/** The part of an image's configuration that the tests look at. */
export interface ImageConfiguration {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly WorkingDir: string
  readonly ExposedPorts: Readonly<Record<string, unknown>>
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck: { readonly Test: readonly string[] }
}

export interface Image {
  readonly configuration: ImageConfiguration
  /** Where its files can be looked at. */
  readonly root: string
  /** Starts its entry point on a free port of loopback and returns when that answers. */
  start(environment?: Environment): Promise<Container>
  /** Runs another program in it, as `docker exec` would; one that fails is an error. */
  execute(environment: Environment, command: readonly string[]): Promise<string>
}

export interface Container extends AsyncDisposable {
  readonly exporter: Exporter
  /** Where it listens, as the variable of the environment that told it so. */
  readonly listenAddress: Environment
  /** What Linux says of the exporter's process, from `/proc`. */
  read(file: 'environ' | 'mountinfo' | 'status'): string
  /** Sends SIGTERM to the exporter's process and waits for its end, killing it after 10 s. */
  terminate(): Promise<Exit>
}

export async function openImage(storage: ImageStorage, name: string): Promise<Image> {
  const inspected = await storage.buildah('inspect', '--type', 'image', name)
  const { config } = (JSON.parse(inspected) as { Docker: { config: ImageConfiguration } }).Docker
  const container = await storage.buildah('from', '--pull-never', name)
  const root = await storage.buildah('mount', container)
  return {
    configuration: config,
    root,
    start: async (environment = {}) => await startContainer(config, root, environment),
    execute: async (environment, command) => {
      const variables = Object.entries(environment).map(([key, text]) => `--env=${key}=${text}`)
      return await storage.buildah('run', ...variables, container, '--', ...command)
    },
  }
}

/**
 * Not by `buildah run`, which has neither a read-only root nor a process 1 to send a signal to.
 * The outer of the two process namespaces is there to be killed: with its process 1 Linux kills
 * all that is in it, while the exporter, which changed its user, would outlive its parent.
 */
async function startContainer(
  { User, Env, Entrypoint, Cmd, WorkingDir }: ImageConfiguration,
  root: string,
  environment: Environment,
): Promise<Container> {
  const port = await freePort()
  const listenAddress = { REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}` }
  const script = fileURLToPath(new URL('image-run.sh', import.meta.url))
  const [user = '', group = ''] = User.split(':')
  const program = startProgram({
    program: 'unshare',
    args: [
      ...['--pid', '--fork', '--kill-child', '--'],
      ...['unshare', '--mount', '--pid', '--fork', '--', '/bin/sh', script],
      ...[root, user, group, WorkingDir, ...Entrypoint, ...Cmd],
    ],
    env: { ...Object.fromEntries(Env.map(splitVariable)), ...listenAddress, ...environment },
  })
  const exporter = await answering(program, port, '/healthz')
  const pid = await eventually(() => onlyChildOf(onlyChildOf(program.pid)))
  return {
    exporter,
    listenAddress,
    read: (file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'),
    terminate: async () => {
      process.kill(pid, 'SIGTERM')
      const patience = setTimeout(() => void program.kill(), 10_000)
      const exit = await program.exited
      clearTimeout(patience)
      return exit
    },
    // unshare itself is deaf to SIGTERM.
    [Symbol.asyncDispose]: async () => void (await program.kill()),
  }
}

function onlyChildOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  if (!/^\d+$/.test(children)) {
    throw new Error(`process ${pid} should have one child, but has: ${children}`)
  }
  return Number(children)
}

function splitVariable(variable: string): [string, string] {
  const equals = variable.indexOf('=')
  return [variable.slice(0, equals), variable.slice(equals + 1)]
}
