import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { followTopologies } from '../../src/fleet/follow-topologies.ts'
import { createNameLookups } from '../../src/targets/name-lookups.ts'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { connectionsTo, withWalk } from '../support/fleet-of-two.ts'
import { startForwarder } from '../support/forwarder.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TestFleet, testFleet } from '../support/test-fleet.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'
import { wantedTarget } from '../support/wanted-target.ts'

/** The settings of a target whose connections are replaced before they are a second old. */
function agingSettings(flags: readonly string[] = []) {
  const patient = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=1m']
  return { ...configured([...patient, ...flags]).settings, maxConnectionAge: 1_000 }
}

/** Such a target, watched by a user whose password may change. */
function aging(port: number, password: string, flags: readonly string[] = []) {
  return wantedTarget(`redis://mon:${password}@127.0.0.1:${port}`, agingSettings(flags))
}

async function setUser(server: RedisServer, ...rules: readonly string[]): Promise<void> {
  await server.client().call('ACL', 'SETUSER', 'mon', 'on', '~*', '+@all', ...rules)
}

async function isUp(fleet: TestFleet): Promise<void> {
  await eventually(async () => expect(await fleet.text()).toMatch(/^redis_up\{.*\} 1$/m))
}

/** What was told of renewals. */
function renewals(fleet: TestFleet) {
  return fleet.shown().filter(({ connection }) => connection !== undefined)
}

/** How many renewals failed so. */
async function failures(fleet: TestFleet, reason: string): Promise<number> {
  const name = 'redis_exporter_connection_renewals_failed_total'
  return Number(
    new RegExp(`^${name}\\{.*reason="${reason}".*\\} (\\d+)$`, 'm').exec(await fleet.text())?.[1],
  )
}

describe('a connection of age that cannot be renewed goes on', () => {
  const all = ['poll', 'scan', 'slow poll']

  it('where the password changed, which is counted and told of, until the login is right', async () => {
    await using server = await startRedis()
    await setUser(server, '>hunter2')
    using fleet = testFleet([changingSource(aging(server.port, 'hunter2', withWalk))])
    await isUp(fleet)
    await eventually(async () => expect(await connectionsTo(server)).toHaveLength(3))
    await setUser(server, 'resetpass', '>hunter3')

    const told = await eventually(async () => {
      expect(await failures(fleet, 'auth')).toBeGreaterThan(5)
      const lines = renewals(fleet)
      expect(lines.map(({ connection }) => connection).sort()).toEqual(all)
      return lines
    })
    for (const { level, reason, msg } of told) {
      expect([level, reason]).toEqual(['warn', 'auth'])
      expect(msg).toContain(': wrong user name or password (WRONGPASS); give the login that holds')
    }
    await isUp(fleet)

    await setUser(server, '>hunter2')
    await eventually(() => expect(renewals(fleet)).toHaveLength(6))
    const mended = renewals(fleet).slice(3)
    expect(mended.map(({ connection }) => connection).sort()).toEqual(all)
    for (const { msg } of mended) expect(msg).toBe('renewing the connection works again')
    expect(await fleet.text()).not.toContain('hunter')
    expect(fleet.texts.join('')).not.toContain('hunter')
  })

  it('where the address leads to a server with another password, and that is told of', async () => {
    await using one = await startRedis()
    await using other = await startRedis()
    await using name = await startForwarder(one.port)
    for (const [server, password] of [
      [one, '>first'],
      [other, '>second'],
    ] as const)
      await setUser(server, password)
    using fleet = testFleet([changingSource(aging(name.port, 'first'))])
    await isUp(fleet)
    name.leadTo(other.port)

    await eventually(async () => expect(await failures(fleet, 'auth')).toBeGreaterThan(1))
    await isUp(fleet)
    expect(await fleet.text()).toContain(`tcp_port="${one.port}"`)
    expect(renewals(fleet)).toMatchObject([{ level: 'warn', connection: 'poll', reason: 'auth' }])
  })

  it('where the certificate is no longer right, and that is told of', async () => {
    await using right = await tlsCertificates()
    await using others = await tlsCertificates()
    await using one = await startRedis({ tls: { ...right.server, ca: right.ca } })
    await using other = await startRedis({ tls: { ...others.server, ca: others.ca } })
    await using name = await startForwarder(one.port)
    const settings = {
      tlsCaFile: right.ca,
      tlsClientCertificateFile: right.client.cert,
      tlsClientKeyFile: right.client.key,
    }
    const url = `rediss://127.0.0.1:${name.port}`
    using fleet = testFleet([
      changingSource(wantedTarget(url, { ...agingSettings(), ...settings })),
    ])
    await isUp(fleet)
    name.leadTo(other.port)

    await eventually(async () => expect(await failures(fleet, 'tls')).toBeGreaterThan(1))
    await isUp(fleet)
    expect(renewals(fleet)).toMatchObject([
      {
        connection: 'poll',
        reason: 'tls',
        msg: expect.stringContaining('; look at the certificates'),
      },
    ])
  })

  it('in discovery as well, which is counted and told of with the server', async () => {
    await using cluster = await startCluster({ masters: 1 })
    const [node] = cluster.nodes
    if (!node) throw new Error('the cluster lacks nodes')
    await setUser(node, '>hunter2')
    const recorded = recordedLog()
    const counted: string[] = []
    const { topologies } = followTopologies({
      sources: [changingSource(aging(node.port, 'hunter2', ['--discover=cluster']))],
      namespace: 'redis',
      discoverMaxAge: 60_000,
      pollNow: () => undefined,
      lookUp: createNameLookups().configured,
      counts: { renewalFailed: (reason) => void counted.push(reason) },
      clock: systemClock,
      log: recorded.log,
    })
    onTestFinished(topologies.stop)
    await eventually(() => expect(topologies.wanted()).toHaveLength(1))
    expect(recorded.shown()).toEqual([])
    await setUser(node, 'resetpass', '>hunter3')

    await eventually(() => expect(counted.length).toBeGreaterThan(1))
    expect(new Set(counted)).toEqual(new Set(['auth']))
    const target = `redis://127.0.0.1:${node.port}`
    expect(recorded.shown()).toMatchObject([
      { level: 'warn', target, connection: 'discovery', reason: 'auth' },
    ])
    expect(topologies.state().failure).toBeUndefined()
  })
})
