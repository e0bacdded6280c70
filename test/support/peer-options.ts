import { execFile } from 'node:child_process'
import { readTable } from './fixtures.ts'
import { peerProgram } from './peer-exporter.ts'
import { requireProgram } from './programs.ts'

/** The options of the Go exporter's newest release with their environment variables. */
export const referenceOptions = readTable('reference/flags.tsv').map(({ flag = '', env = '' }) => ({
  flag,
  env,
}))

/** The names of the options that the Go exporter lists in its help. */
export async function peerOptions(): Promise<ReadonlySet<string>> {
  const program = requireProgram(peerProgram)
  // Whether asking for help is an error depends on the release.
  const help = await new Promise<string>((resolve) =>
    execFile(program, ['-help'], (_error, stdout, stderr) => resolve(stdout + stderr)),
  )
  const names = [...help.matchAll(/^ {2}-(\S+)/gm)].map(([, name = '']) => name)
  if (names.length === 0) throw new Error(`${program} -help lists no options:\n${help}`)
  return new Set(names)
}
