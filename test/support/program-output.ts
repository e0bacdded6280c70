import type { ChildProcess } from 'node:child_process'
import type { Exit } from './child-process.ts'

export interface ProgramOutput {
  stdout(): string
  stderr(): string
  output(): string
  waitForLine(pattern: RegExp | string, options?: { readonly within?: number }): Promise<string>
}

/** Collects what a program prints, and tells when a line of it matches. */
export function startOutput(
  program: string,
  child: ChildProcess,
  exited: Promise<Exit>,
): ProgramOutput {
  const text = { stdout: '', stderr: '', both: '' }
  const checks = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      text.both += chunk
      for (const check of [...checks]) {
        check()
      }
    })
  }
  const waitForLine: ProgramOutput['waitForLine'] = async (pattern, { within = 30_000 } = {}) => {
    // The last piece is a line only when nothing can follow it.
    const findLine = (ended: boolean) =>
      text.both
        .split('\n')
        .slice(0, ended ? undefined : -1)
        .find((line) => matches(line, pattern))
    return await new Promise<string>((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(timer)
        checks.delete(check)
        action()
      }
      const check = (ended = false) => {
        const line = findLine(ended)
        if (line !== undefined) {
          settle(() => resolve(line))
        }
      }
      const fail = (what: string) =>
        settle(() => reject(new Error(`${program} ${what} ${pattern}; it said:\n${text.both}`)))
      const timer = setTimeout(() => fail(`printed in ${within} ms no line matching`), within)
      checks.add(check)
      void exited.then(({ code, signal }) => {
        check(true)
        fail(`ended (${code ?? signal}) without a line matching`)
      })
      check()
    })
  }
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    output: () => text.both,
    waitForLine,
  }
}

function matches(line: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line)
}
