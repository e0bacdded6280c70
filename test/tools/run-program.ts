import { spawnSync } from 'node:child_process'
import { requireProgram } from '../support/programs.ts'

/** Runs a program to its end and returns what it printed; throws with its errors when it fails. */
export function run(program: string, args: readonly string[], directory?: string): string {
  const path = requireProgram(program)
  const { status, error, stdout, stderr } = spawnSync(path, args, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    timeout: 600_000,
  })
  if (status === 0) return stdout + stderr
  const said = `${stderr || stdout}`.trim().split('\n').slice(-15).join('\n')
  throw new Error(`${[program, ...args].join(' ').slice(0, 200)}: ${error?.message ?? ''}\n${said}`)
}
