import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let certificates: TlsCertificates
let redis: RedisServer

beforeAll(async () => {
  certificates = await tlsCertificates()
  redis = await startRedis({
    tls: { ...certificates.server, ca: certificates.ca },
    // The second address is of the loopback, too, and no name in the certificate.
    args: ['--tls-auth-clients', 'no', '--bind', '127.0.0.1', '127.0.0.2'],
    password: 'a@b',
  })
})

afterAll(async () => {
  await redis?.stop()
  await certificates?.[Symbol.asyncDispose]()
})

describe.concurrent('a Redis that speaks TLS', () => {
  it.each(['127.0.0.1', 'localhost'])('is up as %s for whoever trusts its CA', async (host) => {
    await using exporter = await start(`rediss://:a@b@${host}:${redis.port}`, {
      NODE_EXTRA_CA_CERTS: certificates.ca,
    })

    await shows(exporter, '\nredis_up 1\n')
  })

  it('is up for whoever is told its CA by a flag, and its name', async () => {
    await using exporter = await start(`rediss://:a@b@127.0.0.2:${redis.port}`, {
      REDIS_EXPORTER_TLS_CA_CERT_FILE: certificates.ca,
      REDIS_EXPORTER_TLS_SERVER_NAME: 'localhost',
      REDIS_EXPORTER_PING_ON_CONNECT: 'true',
    })

    await shows(exporter, '\nredis_up 1\n')
    await shows(exporter, '\nredis_exporter_last_scrape_ping_time_seconds 0.')
    expect(await redis.client().client('LIST')).toContain(' name=redis_exporter ')
  })

  it('is down for whoever does not know its CA, and TLS is named as the reason', async () => {
    await using exporter = await start(`rediss://:a@b@127.0.0.1:${redis.port}`, {})

    await shows(exporter, 'err="tls: the TLS handshake failed (SELF_SIGNED_CERT_IN_CHAIN)"} 1\n')
  })

  it('is down when its certificate is for another name', async () => {
    await using exporter = await start(`valkeys://:a@b@127.0.0.2:${redis.port}`, {
      NODE_EXTRA_CA_CERTS: certificates.ca,
    })

    await shows(exporter, 'err="tls: the TLS handshake failed (ERR_TLS_CERT_ALTNAME_INVALID)"} 1\n')
  })
})

async function start(url: string, env: Readonly<Record<string, string>>): Promise<Exporter> {
  return await startExporter({
    env: { ...env, REDIS_URL: url, POLL_INTERVAL: '1' },
  })
}

async function shows(exporter: Exporter, text: string): Promise<void> {
  await eventually(async () => expect((await exporter.get('/metrics')).body).toContain(text))
}
