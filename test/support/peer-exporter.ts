import { startProgram } from './child-process.ts'
import { answering, type Exporter, type ExporterOptions } from './exporter.ts'
import { freePort } from './free-port.ts'

const debian = 'prometheus-redis-exporter'

/** The Go exporter that ours is compared with; the environment variable PEER names another. */
export const peerProgram = process.env.PEER ?? debian

/** Whether it is Debian's release, which is 1.45. */
export const peerIsDebians = peerProgram === debian

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
