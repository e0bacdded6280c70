import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from './eventually.ts'
import { startOutput } from './program-output.ts'
import { findProgram, requireProgram } from './programs.ts'

export interface ProgramOptions {
  /** Its name in PATH, or a path with a slash. */
  readonly program: string
  readonly args?: readonly string[]
  /** The whole environment of the program but PATH: nothing else of ours reaches it. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly directory?: string
  /** Takes the standard output, where the test is to be its reader or the standard error alone is. */
  readonly stdout?: number | Socket
  /** Takes the standard error in the same way. */
  readonly stderr?: number | Socket
  /** Further descriptors that it gets, from 3 on. */
  readonly handedOver?: readonly number[]
  /** Keeps the terminal's Ctrl-C from the program: it is ours to stop it. */
  readonly ownGroup?: boolean
  /** Shows the output on our own streams, where it cannot be read by the test. */
  readonly showOutput?: boolean
  /** How many milliseconds the program has to stop before it is killed. */
  readonly stopWithin?: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Program extends AsyncDisposable {
  readonly pid: number
  /** Settles when the program is gone and its output is complete. */
  readonly exited: Promise<Exit>
  running(): boolean
  stdout(): string
  stderr(): string
  /** Both streams, in the order of arrival. */
  output(): string
  /** Waits until a line of the output matches, and returns that line. */
  waitForLine(pattern: RegExp | string, options?: { readonly within?: number }): Promise<string>
  signal(name: NodeJS.Signals): void
  /** Stops the program with SIGSTOP; returns when it stands still. */
  pause(): Promise<void>
  resume(): void
  /** Asks the program to stop with SIGTERM, and kills it when it does not. */
  stop(): Promise<Exit>
  /** Kills the program with SIGKILL. */
  kill(): Promise<Exit>
}

const running = new Set<ChildProcess>()

/**
 * Starts a program that ends with us at the latest: on disposal, when our process exits, and,
 * where Linux helps, when our process is killed.
 */
export function startProgram(options: ProgramOptions): Program {
  const { program, args = [], env = {}, directory, ownGroup = false, showOutput = false } = options
  const [command, ...words] = dyingWithUs(requireProgram(program), args)
  const child = spawn(command, words, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
    detached: ownGroup,
    stdio: showOutput
      ? ['ignore', 'inherit', 'inherit']
      : [
          ...(['ignore', options.stdout ?? 'pipe', options.stderr ?? 'pipe'] as const),
          ...(options.handedOver ?? []),
        ],
  })
  const { pid } = child
  if (pid === undefined) {
    child.once('error', () => {})
    throw new Error(`${command} could not be started in ${directory ?? process.cwd()}`)
  }
  killAtExit(child)
  return controlProgram(child, pid, options)
}

function controlProgram(child: ChildProcess, pid: number, options: ProgramOptions): Program {
  const { program, stopWithin = 5_000 } = options
  const exited = exitOf(child)
  const output = startOutput(program, child, exited)
  const isRunning = () => child.exitCode === null && child.signalCode === null

  const kill = async () => {
    child.kill('SIGKILL')
    return await exited
  }
  const stop = async () => {
    child.kill('SIGTERM')
    // A paused process sees the signal only when it goes on.
    child.kill('SIGCONT')
    const over = new AbortController()
    const patience = delay(stopWithin, undefined, { signal: over.signal }).then(kill, () => exited)
    const exit = await Promise.race([exited, patience])
    over.abort()
    return exit
  }
  const pause = async () => {
    child.kill('SIGSTOP')
    await eventually(() => assertStopped(program, pid))
  }
  return {
    pid,
    exited,
    running: isRunning,
    ...output,
    signal: (name) => void child.kill(name),
    pause,
    resume: () => void child.kill('SIGCONT'),
    stop,
    kill,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

/** The output ends a moment after the exit, or never when a grandchild holds on to the stream. */
async function exitOf(child: ChildProcess): Promise<Exit> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const exit = await new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  running.delete(child)
  const over = new AbortController()
  await Promise.race([closed, delay(500, undefined, { signal: over.signal }).catch(() => {})])
  over.abort()
  return exit
}

function assertStopped(program: string, pid: number): void {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  if (!/^State:\s+T/m.test(status)) {
    throw new Error(`${program} (${pid}) is still running after SIGSTOP`)
  }
}

/** Lets Linux kill the program when we are killed and cannot do it ourselves. */
function dyingWithUs(path: string, args: readonly string[]): [string, ...string[]] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined
  return setpriv === undefined
    ? [path, ...args]
    : [setpriv, '--pdeathsig', 'SIGKILL', '--', path, ...args]
}

function killAtExit(child: ChildProcess): void {
  if (!process.listeners('exit').includes(killRunning)) {
    process.on('exit', killRunning)
  }
  running.add(child)
}

function killRunning(): void {
  for (const child of running) {
    child.kill('SIGKILL')
  }
}
