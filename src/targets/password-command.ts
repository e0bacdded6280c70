import { type ChildProcess, spawn } from 'node:child_process'
import { nextSlice } from '../yielding.ts'
import { textOfBytes } from './any-bytes.ts'
import { loginFailure } from './login.ts'

/** A program to run without a shell. Its arguments may hold what nobody shall see. */
export interface ProgramCall {
  readonly program: string
  readonly args: readonly string[]
}

/** Runs a program; what it prints, without the line break at its end, is the password. */
export type RunPasswordCommand = (call: ProgramCall) => Promise<string>

export interface PasswordCommandOptions {
  /** Of our own process. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long it may take. Whoever waits for it has a deadline of its own, which is shorter for a poll. */
  readonly timeoutMilliseconds?: number
  readonly maximumBytes?: number
}

/**
 * Makes the function that runs password commands. Who asks for the same command while it runs gets
 * what that run gives. Rejects with a login failure that shows nothing of what the command printed.
 */
export function createPasswordCommands(options: PasswordCommandOptions): RunPasswordCommand {
  const running = new Map<string, Promise<string>>()
  return (call) => {
    const key = JSON.stringify(call)
    const known = running.get(key)
    if (known) return known
    // Making a process takes milliseconds: no two of them in one turn of the event loop.
    const run = nextSlice()
      .then(() => runProgram(call, options))
      .then(readOutput)
    running.set(key, run)
    const forget = () => running.delete(key)
    run.then(forget, forget)
    return run
  }
}

// How programs find each other, what they are authorised by, and the way to the network.
const passedOn =
  /^(PATH|HOME|USER|LANG|TZ|TMPDIR|XDG_\w+|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy|(AWS|AZURE|GOOGLE|CLOUDSDK|GCE|VAULT|KUBERNETES)_\w+)$/i

/** What a command sees of our environment, which may hold the passwords of others. */
export function environmentOfCommands(
  env: PasswordCommandOptions['env'],
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)))
}

function runProgram(
  { program, args }: ProgramCall,
  { env, timeoutMilliseconds = 30_000, maximumBytes = 65_536 }: PasswordCommandOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const child = start({ program, args }, env)
    const fail = (what: string) => {
      clearTimeout(timer)
      killGroup(child)
      // There is none when no file can be opened any more.
      child.stdout?.destroy()
      reject(commandFailure(what))
    }
    const timer = setTimeout(
      () => fail(`did not end within ${timeoutMilliseconds / 1e3} s`),
      timeoutMilliseconds,
    )
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > maximumBytes) fail(`printed more than ${maximumBytes} bytes`)
    })
    child.on('error', (error) => fail(notRun(error)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) resolve(Buffer.concat(chunks))
      else fail(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`)
    })
  })
}

function start({ program, args }: ProgramCall, env: PasswordCommandOptions['env']) {
  try {
    return spawn(program, args, {
      // What it says beside the password may quote it.
      stdio: ['ignore', 'pipe', 'ignore'],
      env: environmentOfCommands(env),
      // A group of its own, so that what it started ends with it.
      detached: true,
    })
  } catch (failure) {
    throw commandFailure(notRun(failure))
  }
}

function readOutput(output: Buffer): string {
  const text = textOfBytes(output).replace(/\r?\n$/, '')
  if (text === '') throw commandFailure('printed nothing')
  return text
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

function notRun(failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? failure.code : 'unknown failure'
  return `cannot be run (${code})`
}

function commandFailure(what: string): Error {
  return loginFailure(`the password command ${what}`)
}
