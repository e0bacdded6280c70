import { afterAll, beforeAll, expect, it } from 'vitest'
import { discoverCluster } from '../support/discovered-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

const within = { within: 40_000, every: 100 }

let certificates: TlsCertificates
let cluster: RedisCluster

beforeAll(async () => {
  certificates = await tlsCertificates()
  cluster = await startCluster({ tls: { ...certificates.server, ca: certificates.ca } })
}, 120_000)
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  await certificates?.[Symbol.asyncDispose]()
})

it('the nodes of a cluster that speaks TLS only are found by their TLS ports, and all are asked', async () => {
  const { ca, client } = certificates
  const ports = cluster.nodes.map(({ port }) => port).sort()
  using source = discoverCluster(`rediss://127.0.0.1:${ports[0]}`, {
    args: [
      `--tls-ca-cert-file=${ca}`,
      ...[`--tls-client-cert-file=${client.cert}`, `--tls-client-key-file=${client.key}`],
    ],
  })

  await eventually(() => {
    expect([...new Set(source.asked)].sort()).toEqual(
      ports.map((port) => `rediss://127.0.0.1:${port}`),
    )
    expect(source.cluster()?.counts).toEqual({
      covered: 16_384,
      unowned: 0,
      disputed: 0,
      disagreeing: 0,
    })
  }, within)
  expect(source.state().failure).toBeUndefined()
  for (const { address, settings } of source.wanted()) {
    using target = polledTarget(address, { tls: settings })
    expect(await target.poll(), address).toMatchObject({ error: undefined, role: 'master' })
  }
})
