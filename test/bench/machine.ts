import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { runExporter } from '../support/exporter.ts'
import { peerProgram } from '../support/peer-exporter.ts'
import { requireProgram } from '../support/programs.ts'

/** What it was measured on, and what was measured, as lines for people. */
export async function describeMachine(): Promise<readonly string[]> {
  const [processor] = cpus()
  const facts = {
    cores: `${cpus().length} (${processor?.model.trim() ?? 'unknown'})`,
    'load before': loadavg()[0]?.toFixed(2) ?? 'unknown',
    'Node.js': process.version,
    Redis: versionOf(process.env.REDIS_SERVER ?? 'redis-server'),
    ours: await ourVersion(),
    'Go exporter': versionOf(peerProgram),
  }
  return Object.entries(facts).map(([name, value]) => `${name.padEnd(12)} ${value}`)
}

async function ourVersion(): Promise<string> {
  await using exporter = runExporter({ args: ['--version'] })
  await exporter.exited
  return exporter.output().trim()
}

function versionOf(program: string): string {
  // The Go exporter writes its version to the standard error, as a line of its log.
  const command = ['-c', '"$0" --version 2>&1', requireProgram(program)]
  const text = execFileSync('sh', command, { encoding: 'utf8' })
  return (/msg="(.*)"/.exec(text)?.[1] ?? text).trim().replaceAll(/\s+/g, ' ')
}
