import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { everything, interrupted } from '../support/fake-keyspace.ts'
import { forwardsTo } from '../support/forwarder.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'
import { type WalkedTarget, walkedTarget } from '../support/walked-target.ts'

// Real servers that answer for no key in the middle of a walk, and then do again.

const keys = 1_000
// A hundred batches, after the second of which something happens.
const settings = { checkKeysBatchSize: 10 }
const seenBefore = 20

async function fill(server: RedisServer): Promise<void> {
  await server.client().eval("for i=1,ARGV[1] do redis.call('SET', 'key:'..i, i) end", 0, keys)
}

async function waitsFor(target: WalkedTarget, reason: string): Promise<void> {
  await eventually(() => expect(target.waits).toContain(reason))
}

/** The walk came to its end without beginning anew, and every key came by. */
async function expectAll(target: WalkedTarget, walking: ReturnType<WalkedTarget['walk']>) {
  const { error, collectors } = await walking
  expect(error).toBeUndefined()
  expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
  expect(target.begun()).toBe(1)
  expect(new Set(target.samples('everything').map(({ labels }) => labels.key)).size).toBe(keys)
}

it('a script that does not end is waited for, and the walk goes on when it was killed', async () => {
  await using server = await startRedis({ args: ['--lua-time-limit', '50'] })
  await fill(server)
  let killed: Promise<void> | undefined
  const whileBusy = interrupted(everything, seenBefore, async () => {
    const script = server.client().eval('while true do end', 0)
    killed = expect(script).rejects.toThrow(/killed/i)
    await eventually(() => expect(server.client().ping()).rejects.toThrow(/^BUSY/))
  })
  using target = walkedTarget(server.url, [whileBusy], { settings })
  const walking = target.walk()
  await waitsFor(target, 'busy')
  await server.client().script('KILL')

  await killed
  await expectAll(target, walking)
  expect(target.resumed()).toBe(0)
})

it('a replica that lost its master and serves no stale data is waited for', async () => {
  await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await fill(master)
  const of = ['--replicaof', '127.0.0.1', `${master.port}`]
  await using replica = await startRedis({ args: [...of, '--replica-serve-stale-data', 'no'] })
  const linkIs = (status: string) =>
    eventually(async () =>
      expect((await replica.info('replication')).master_link_status).toBe(status),
    )
  await linkIs('up')
  const withoutMaster = interrupted(everything, seenBefore, async () => {
    await master.kill()
    await linkIs('down')
  })
  using target = walkedTarget(replica.url, [withoutMaster], { settings })
  const walking = target.walk()
  await waitsFor(target, 'masterdown')
  await replica.client().config('SET', 'replica-serve-stale-data', 'yes')

  await expectAll(target, walking)
})

describe('a walk that is left to another target ends', () => {
  it('while it reads', async () => {
    await using server = await startRedis()
    await fill(server)
    const left = new AbortController()
    const leaving = interrupted(everything, seenBefore, async () => left.abort())
    using target = walkedTarget(server.url, [leaving], { settings })
    const { error, keys: seen } = await target.walk(left.signal)

    expect(error).toMatchObject({ reason: 'other' })
    expect(seen).toBeLessThan(keys)
  })

  it('while it makes a pause', async () => {
    await using server = await startRedis()
    await fill(server)
    const left = new AbortController()
    // With so small a share it does nothing but wait.
    const slow = { ...settings, scanMaxLoad: 0.000_001 }
    using target = walkedTarget(server.url, [everything], { settings: slow, timeout: 600_000 })
    const walking = target.walk(left.signal)
    await eventually(() => expect(target.begun()).toBe(1))
    left.abort()

    expect((await walking).error).toMatchObject({ reason: 'other' })
  })

  it('while it waits for its server to come back', async () => {
    await using server = await startRedis()
    await fill(server)
    const dying = interrupted(everything, seenBefore, async () => void (await server.kill()))
    using target = walkedTarget(server.url, [dying], { settings })
    const left = new AbortController()
    const walking = target.walk(left.signal)
    await waitsFor(target, 'connection')
    left.abort()

    expect((await walking).error).toMatchObject({ reason: 'other' })
  })
})

describe('a connection that is lost, with a handshake of TLS that fails before one succeeds', () => {
  it.each([
    [
      'because something else answers',
      (socket: Socket) => void socket.end('HTTP/1.1 503 no\r\n\r\n'),
    ],
    ['because the other side hangs up', (socket: Socket) => void socket.end()],
  ])('is come back to: %s', async (_case, refuse) => {
    await using certificates = await tlsCertificates()
    const { server: pair, ca, client } = certificates
    await using server = await startRedis({ tls: { ...pair, ca } })
    await fill(server)
    const sockets: Socket[] = []
    await using way = await startPeer((socket, connection) => {
      sockets.push(socket)
      if (connection === 2) refuse(socket)
      else forwardsTo(server.port)(socket, connection)
    })
    const cut = interrupted(everything, seenBefore, async () => void sockets[0]?.destroy())
    using target = walkedTarget(way.url.replace('redis:', 'rediss:'), [cut], {
      settings,
      tls: { tlsCaFile: ca, tlsClientCertificateFile: client.cert, tlsClientKeyFile: client.key },
    })

    await expectAll(target, target.walk())
    expect(target.resumed()).toBe(1)
    expect(way.connections()).toBe(3)
  })
})
