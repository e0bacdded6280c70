import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { startProgram } from './child-process.ts'
import { answering, type Exporter, type ExporterOptions } from './exporter.ts'
import { freePort } from './free-port.ts'
import { newerPeer } from './newer-servers.ts'
import { requireProgram } from './programs.ts'

const fallback = existsSync(newerPeer) ? newerPeer : 'prometheus-redis-exporter'

/**
 * The Go exporter that ours is compared with: the one that PEER names, else the one that was
 * fetched, else the machine's, which may be older.
 */
export const peerProgram = process.env.PEER ?? fallback

/** Its release, such as `1.86.0`. */
export function peerVersion(): string {
  const { stdout, stderr } = spawnSync(requireProgram(peerProgram), ['--version'])
  const said = `${stdout}${stderr}`
  const [, version] = /\bv?(\d+\.\d+\.\d+)/.exec(said) ?? []
  if (version === undefined) throw new Error(`${peerProgram} does not tell its release: ${said}`)
  return version
}

/** Starts the Go exporter that ours is compared with. */
export async function startPeerExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const port = options.port ?? (await freePort())
  const program = startProgram({
    program: peerProgram,
    args: ['-web.listen-address', `127.0.0.1:${port}`, ...(options.args ?? [])],
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  return await answering(program, port, '/health')
}
