import { startProgram } from './child-process.ts'
import { answering, type Exporter, type ExporterOptions } from './exporter.ts'
import { freePort } from './free-port.ts'

/**
 * Starts the Go exporter that ours is compared with, Debian's prometheus-redis-exporter. The
 * environment variable PEER names another binary.
 */
export async function startPeerExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const port = options.port ?? (await freePort())
  const program = startProgram({
    program: process.env.PEER ?? 'prometheus-redis-exporter',
    args: ['-web.listen-address', `127.0.0.1:${port}`, ...(options.args ?? [])],
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  return await answering(program, port, '/health')
}
