import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { type Program, startProgram } from '../support/child-process.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Runs plain JavaScript in a Node.js process of its own. */
export function runScript(script: string, env: Environment = {}): Program {
  return startProgram({ program: process.execPath, args: ['-e', script], env })
}

/** Runs a file of TypeScript in a Node.js process of its own. */
export function runFile(file: URL, env: Environment = {}): Program {
  return runScript(bundleFile(file), env)
}

/** Plain JavaScript as our own bundle is: a loader for TypeScript would stay in the process. */
export function bundleFile(file: URL, format: 'cjs' | 'esm' = 'cjs'): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(file)],
    bundle: true,
    write: false,
    format,
    platform: 'node',
    target: 'node20',
  })
  return outputFiles[0]?.text ?? ''
}
