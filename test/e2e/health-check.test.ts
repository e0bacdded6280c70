import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/child-process.ts'
import { runExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let folder: TemporaryDirectory
let certificates: TlsCertificates
let command: readonly string[]
beforeAll(async () => {
  folder = await temporaryDirectory()
  certificates = await tlsCertificates()
  command = commandIn(await readFile('Dockerfile', 'utf8'))
  const { cert, key } = certificates.server
  await writeFile(webConfig(), `tls_server_config: { cert_file: ${cert}, key_file: ${key} }\n`)
})
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]()
  await certificates?.[Symbol.asyncDispose]()
})

type Environment = Readonly<Record<string, string>>

const webConfig = () => join(folder.path, 'web.yml')
const listenAt = async () => ({
  REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${await freePort()}`,
})
const tlsFiles = () => ({
  REDIS_EXPORTER_TLS_SERVER_CERT_FILE: certificates.server.cert,
  REDIS_EXPORTER_TLS_SERVER_KEY_FILE: certificates.server.key,
})

/** What asks for the health of a container, as a builder of images reads it. */
function commandIn(recipe: string): readonly string[] {
  const [, command = ''] = /^HEALTHCHECK .* CMD (\[.*?\])\n\n/ms.exec(recipe) ?? []
  return JSON.parse(command.replaceAll('\\\n', ''))
}

/** The exit code of the health check of the image. */
async function check(env: Environment): Promise<number | null> {
  const [, ...args] = command
  return (await startProgram({ program: process.execPath, args, env }).exited).code
}

interface Way {
  readonly name: string
  /** All that the health check sees, which is in the same container. */
  readonly environment: () => Promise<Environment>
  readonly args?: () => readonly string[]
}

const ways: readonly Way[] = [
  { name: 'plain HTTP', environment: listenAt },
  {
    name: 'a Unix socket',
    environment: async () => ({
      REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `unix://${join(folder.path, 'x.sock')}`,
    }),
  },
  {
    name: 'TLS by the environment',
    environment: async () => ({ ...(await listenAt()), ...tlsFiles() }),
  },
  {
    name: 'TLS by a file',
    environment: async () => ({
      ...(await listenAt()),
      REDIS_EXPORTER_WEB_CONFIG_FILE: webConfig(),
    }),
  },
  {
    name: 'TLS by a flag',
    environment: listenAt,
    args: () => [`--web.config.file=${webConfig()}`],
  },
  {
    name: 'probes beside the need of a certificate',
    environment: async () => ({
      ...(await listenAt()),
      ...tlsFiles(),
      REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE: certificates.ca,
      REDIS_EXPORTER_WEB_PROBE_ADDRESS: `127.0.0.1:${await freePort()}`,
    }),
  },
]

describe.concurrent('the health check of the image', () => {
  it.each(ways)(
    'asks an exporter that serves $name, and is no client that is refused',
    async ({ environment, args = () => [] }) => {
      const env = await environment()
      await using exporter = runExporter({ env, args: ['--redis.addr=127.0.0.1:1', ...args()] })
      await exporter.waitForLine('listening')

      expect(await check(env)).toBe(0)
      // A refusal is told before the end.
      await exporter.stop()
      expect(exporter.output()).not.toContain('did not get through')
    },
  )

  it('fails where nobody listens', async () => {
    expect(await check(await listenAt())).toBe(1)
  })
})
