import type { Program } from '../support/child-process.ts'
import { answering, type Exporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { runFile, runScript } from './node-program.ts'

/** A Node.js process that does nothing. */
export function startIdleNode(): Program {
  return runScript('setInterval(() => {}, 1e9)')
}

/** A Node.js process with an HTTP server that knows one word. */
export function startSmallServer(port: number): Program {
  return runScript(
    `require('node:http').createServer((_, response) => response.end('ok')).listen(${port}, '127.0.0.1')`,
  )
}

/** Bare node:http with the answer that another server gives now to the same request. */
export async function startBareServer(
  source: string,
  headers: Readonly<Record<string, string>>,
): Promise<Exporter> {
  const port = await freePort()
  const program = runFile(new URL('bare-server.ts', import.meta.url), {
    SOURCE: source,
    ACCEPT_ENCODING: headers['Accept-Encoding'],
    PORT: String(port),
  })
  return await answering(program, port, '/')
}
