import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  containerOf,
  environmentIn,
  expectFit,
  expectNoLeak,
  namesOf,
  password,
  upIn,
  within,
} from '../support/deployed-exporter.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, runExporter, startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'

const secrets = { redis: { 'redis-password': password } }

it('with TLS, the exporter shows its certificate, reads the server and keeps the password', async () => {
  await using certificates = await tlsCertificates()
  await using directory = await temporaryDirectory()
  await using redis = await startRedis({
    password,
    tls: { ...certificates.server, ca: certificates.ca },
  })
  // The Secret of the chart, under the names of its keys.
  const secret = join(directory.path, 'redis-crt')
  await mkdir(secret)
  await copyFile(certificates.ca, join(secret, 'ca.crt'))
  await copyFile(certificates.client.cert, join(secret, 'tls.crt'))
  await copyFile(certificates.client.key, join(secret, 'tls.key'))
  const container = containerOf('redis-exporter-tls', 'Deployment')
  const [mount] = container.volumeMounts ?? []
  const given = environmentIn(
    container,
    { secrets },
    {
      'redis-master:6379': `127.0.0.1:${redis.port}`,
      [mount?.mountPath ?? '']: secret,
    },
  )
  expect(given.REDIS_EXPORTER_TLS_SERVER_NAME).toBe('redis')

  // The certificate of the test is for another name than that of the chart.
  const named = { ...given, REDIS_EXPORTER_TLS_SERVER_NAME: 'localhost' }
  await using exporter = await startExporter({ env: named })

  await eventually(async () => expect(await isUp(exporter)).toBe(true), within)
  expect((await exporter.get('/metrics')).body).toContain(
    'redis_tls_certificate_expiry_timestamp_seconds{use="client"}',
  )
  await expectFit(exporter, container)
  await expectNoLeak(exporter)
})

it('with a user of its own, the exporter reads all that the user of --acl may read', async () => {
  await using redis = await startRedis({ password: 'of-others' })
  await using program = runExporter({ args: ['--acl'] })
  await program.exited
  const [line = ''] = program.stdout().split('\n')
  const [user = '', ...rights] = line.replace(/^ACL SETUSER /, '').split(' ')
  expect(rights).toContain('>PASSWORD')
  const ownRights = rights.map((right) => (right === '>PASSWORD' ? `>${password}` : right))
  await redis.client().acl('SETUSER', user, ...ownRights)
  const container = containerOf('redis-exporter-user', 'Deployment')
  const pod = { secrets: { 'redis-exporter-user': { password } } }
  const places = { 'redis-master:6379': `127.0.0.1:${redis.port}` }

  await using exporter = await startExporter({ env: environmentIn(container, pod, places) })

  await eventually(async () => {
    const { body } = await exporter.get('/metrics')
    expect(body).toMatch(/^redis_up 1$/m)
    expect(body).toContain('redis_exporter_collector_success{')
    expect(body).not.toMatch(/^redis_exporter_collector_success\{.*\} 0$/m)
  }, within)
  await expectFit(exporter, container)
  await expectNoLeak(exporter)
})

it('with several addresses, the exporter reads each server with the one password', async () => {
  await using sessions = await startRedis({ password })
  await using orders = await startRedis({ password })
  await using cache = await startRedis({ password })
  const container = containerOf('redis-exporter-several', 'Deployment')
  const places = {
    'sessions:6379': `127.0.0.1:${sessions.port}`,
    'orders:6379': `127.0.0.1:${orders.port}`,
    'cache:6379': `127.0.0.1:${cache.port}`,
  }

  await using exporter = await startExporter({ env: environmentIn(container, { secrets }, places) })

  await eventually(async () => {
    expect(await upIn([exporter])).toEqual(namesOf([sessions, orders, cache]))
  }, within)
  await expectFit(exporter, container)
  await expectNoLeak(exporter)
})

async function isUp(exporter: Exporter): Promise<boolean> {
  return /^redis_up 1$/m.test((await exporter.get('/metrics')).body)
}
