import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { codeCacheOf, packCode } from './code-cache.ts'
import { compiledCode, compileProgram, type Program, withoutHeapBound } from './compile-program.ts'
import { programIn } from './program-text.ts'
import { startWarmUpServer } from './warm-up-server.ts'

const patience = 60_000

/**
 * Runs the exporter from its file until it has polled and served, and writes beside it what V8 has
 * compiled until then: what a start needs, and a first scrape. It is for the Node that runs this.
 */
async function writeCodeCache(file: string): Promise<void> {
  const port = await freeLocalPort()
  process.argv = [process.execPath, file]
  const { NODE_OPTIONS = '' } = process.env
  process.env = {
    NODE_OPTIONS,
    REDIS_ADDR: await startWarmUpServer(),
    REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}`,
  }
  const { text, lineOffset } = programIn(readFileSync(file, 'latin1'))
  // The places in stacks are those of the code that is taken.
  const script = withoutHeapBound(() => compileProgram(text, { filename: file, lineOffset }))
  const program: Program = script.runInThisContext()
  program(require, module, file)

  const began = performance.now()
  while ((await statusOf(port, '/ready')) !== 200) {
    if (performance.now() - began > patience) throw new Error('the exporter does not become ready')
    await delay(10)
  }
  for (const encoding of ['identity', 'gzip']) await statusOf(port, '/metrics', encoding)
  await statusOf(port, '/healthz')

  const path = codeCacheOf(file)
  // Whoever starts just now finds the old one or the new one, whole.
  writeFileSync(`${path}.new`, packCode(compiledCode(script), file))
  chmodSync(`${path}.new`, 0o644)
  renameSync(`${path}.new`, path)
  process.exit(0)
}

async function freeLocalPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Undefined where nothing answers. */
async function statusOf(port: number, path: string, encoding = 'identity') {
  const headers = { 'Accept-Encoding': encoding }
  const agent = new Agent({ keepAlive: false })
  return await new Promise<number | undefined>((resolve) => {
    get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    }).on('error', () => resolve(undefined))
  })
}

void writeCodeCache(process.argv[2] ?? '')
