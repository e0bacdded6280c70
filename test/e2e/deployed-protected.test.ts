import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Program } from '../support/child-process.ts'
import { environmentOf } from '../support/container-environment.ts'
import { eventually } from '../support/eventually.ts'
import { runExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { httpsRequest, httpsStatus } from '../support/https-get.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { kustomized } from '../support/kustomized.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

const [container] =
  kustomized('redis-exporter-protected').one('Deployment').spec?.template.spec?.containers ?? []
const explained = readFileSync(
  new URL('../../kubernetes/redis-exporter-protected/kustomization.yaml', import.meta.url),
  'utf8',
)
/** The file that the comments of the variant show. */
const webFile = [...explained.matchAll(/^# {5}(\S.*|\s+\S.*)$/gm)]
  .map(([, line]) => line)
  .join('\n')
const within = { within: 60_000, every: 50 }

describe('the exporter in the environment of the protected variant', () => {
  let directory: TemporaryDirectory
  let redis: RedisServer
  let first: TlsCertificates
  let second: TlsCertificates
  let exporter: Program
  let url: string
  let publishTls: (certificates: TlsCertificates) => Promise<void>
  let publishPassword: (password: string) => Promise<void>

  beforeAll(async () => {
    directory = await temporaryDirectory()
    redis = await startRedis({ password: 'hunter2' })
    first = await tlsCertificates()
    second = await tlsCertificates()
    const [tls, web] = ['tls', 'web'].map((name) => kubernetesVolume(join(directory.path, name)))
    publishTls = async ({ server }) =>
      await tls?.publish({
        'tls.crt': await readFile(server.cert, 'utf8'),
        'tls.key': await readFile(server.key, 'utf8'),
      })
    const inPlace = (text: string) => text.replaceAll('/run/secrets', directory.path)
    publishPassword = async (password) =>
      await web?.publish({
        'web.yml': inPlace(webFile).replace('$2y$10$…', () => hashSync(password, 4)),
      })
    await publishTls(first)
    await publishPassword('tr0ub4dor')
    const given = environmentOf(container?.env ?? [], {
      secrets: { redis: { 'redis-password': 'hunter2' } },
    })
    const port = await freePort()
    url = `https://localhost:${port}`
    exporter = runExporter({
      env: {
        ...given,
        REDIS_URL: given.REDIS_URL?.replace('redis-master:6379', `127.0.0.1:${redis.port}`),
        REDIS_EXPORTER_WEB_CONFIG_FILE: inPlace(given.REDIS_EXPORTER_WEB_CONFIG_FILE ?? ''),
        REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      },
    })
    await eventually(async () => expect(await httpsStatus(`${url}/ready`)).toBe(200), within)
  }, 120_000)
  afterAll(async () => {
    await exporter?.stop()
    await redis?.stop()
    for (const one of [first, second, directory]) await one?.[Symbol.asyncDispose]()
  })

  const login = (password: string) => ({
    headers: { Authorization: `Basic ${btoa(`prometheus:${password}`)}` },
  })

  it.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)(
    'satisfies the %s without a login, and tells it the status alone',
    async (name) => {
      const { scheme, path } = container?.[name]?.httpGet ?? {}
      const { status, body } = await httpsRequest(`${url}${path}`)

      expect([scheme, status]).toEqual(['HTTPS', 200])
      expect(Object.keys(JSON.parse(body))).toEqual(['status', 'since'])
    },
  )

  it('shows nothing to whoever has no login, and all to Prometheus', async () => {
    expect(await httpsStatus(`${url}/metrics`)).toBe(401)
    const { body } = await httpsRequest(`${url}/metrics`, { ca: first.ca, ...login('tr0ub4dor') })

    expect(body).toMatch(/^redis_up 1$/m)
    expect(body).toMatch(/^redis_exporter_web_certificate_expiry_timestamp_seconds\{/m)
  })

  it('keeps within the memory of the manifest', () => {
    const status = readFileSync(`/proc/${exporter.pid}/status`, 'utf8')
    const used = (row: string) =>
      Number(new RegExp(`^${row}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
    const kilobytes = (amount: unknown) => Number(/^(\d+)Mi$/.exec(`${amount}`)?.[1]) * 1024
    const { requests, limits } = container?.resources ?? {}

    expect(used('RssAnon')).toBeLessThan(kilobytes(requests?.memory))
    expect(used('VmHWM')).toBeLessThan(kilobytes(limits?.memory))
  })

  it('follows both Secrets, and tells no password', async () => {
    await publishPassword('battery staple')
    await publishTls(second)
    const asked = { ca: second.ca, ...login('battery staple') }
    await eventually(
      async () => expect(await httpsStatus(`${url}/metrics`, asked)).toBe(200),
      within,
    )

    expect(await httpsStatus(`${url}/metrics`, login('tr0ub4dor'))).toBe(401)
    expect(exporter.output()).not.toMatch(/hunter2|tr0ub4dor|battery|\$2/)
  })
})
