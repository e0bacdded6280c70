import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { eventually } from '../support/eventually.ts'
import { listenersOfSockets } from '../support/held-resources.ts'
import { familiesOf, polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'

const deadline = 300
// What a busy machine may cost on top; see faults.test.ts.
const slack = 1_700

describe('a server that is stopped with SIGSTOP', () => {
  it('is down at the deadline when it was met so', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url, { timeout: deadline })
    await server.pause()

    const { error, seconds } = await target.poll()

    expect(error?.message).toBe('no answer within 0.3 s')
    expect(seconds).toBeLessThan((deadline + slack) / 1e3)
  })

  it('is down at the deadline when it takes no more connections', async () => {
    await using server = await startRedis({ args: ['--tcp-backlog', '1'] })
    using target = polledTarget(server.url, { timeout: deadline })
    await server.pause()
    using _queue = await fillBacklog(server.port)

    const { error, seconds, connectSeconds } = await target.poll()

    expect(error?.message).toBe('no answer within 0.3 s')
    expect(connectSeconds).toBe(0)
    expect(seconds).toBeLessThan((deadline + slack) / 1e3)
  })

  it('is down at the deadline in the middle of its life', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url, { timeout: deadline })
    await target.poll()
    await server.pause()

    const { error, collectors, seconds } = await target.poll()

    expect(error?.message).toBe('no answer within 0.3 s')
    expect(collectors).toEqual([])
    expect(seconds).toBeLessThan((deadline + slack) / 1e3)
  })

  it('is up at the first poll after SIGCONT, and keeps no connection of the polls before', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url, { timeout: deadline })
    await target.poll()
    await server.pause()
    for (let count = 0; count < 5; count++) {
      expect((await target.poll()).error?.reason).toBe('timeout')
    }

    server.resume()

    await eventually(async () => {
      expect((await target.poll()).error).toBeUndefined()
      // The one that asks, and the one that is kept: which it is not when its deadline came, on a
      // busy machine, before all replies did.
      expect((await server.info('clients')).connected_clients).toBe('2')
    })
  })
})

describe('a server that is killed', () => {
  it('in the middle of a poll ends that poll before its deadline', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url, { timeout: 20_000 })
    await target.poll()
    await server.pause()

    const polled = target.poll()
    await server.kill()
    const { error, seconds, collectors } = await polled

    expect(error?.reason).toBe('connection')
    expect(collectors).toEqual([])
    expect(seconds).toBeLessThan(5)
  })

  it('is up at the first poll after its restart, with fresh values and new knowledge', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url)
    await target.poll()
    await server.kill()
    expect((await target.poll()).error?.message).toBe('no connection (ECONNREFUSED)')

    await server.restart()
    const result = await target.poll()

    expect(result.error).toBeUndefined()
    const { run_id, process_id } = await server.info('server')
    const instance = (await familiesOf(result)).find(({ name }) => name === 'redis_instance_info')
    expect(instance?.samples[0]?.labels).toMatchObject({ run_id, process_id })
  })

  it('leaves neither a socket nor a listener behind, over many rounds', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url)
    await target.poll()
    const kept = listenersOfSockets(server.port)

    for (let count = 0; count < 5; count++) {
      await server.kill()
      await target.poll()
      await server.restart()
      await target.poll()
    }

    expect(listenersOfSockets(server.port)).toEqual(kept)
  })
})

it('a connection that is kept collects no listeners', async () => {
  await using server = await startRedis()
  using target = polledTarget(server.url)
  await target.poll()
  await target.poll()
  const before = listenersOfSockets(server.port)
  expect(before).toHaveLength(1)

  for (let count = 0; count < 50; count++) {
    await target.poll()
  }

  expect(listenersOfSockets(server.port)).toEqual(before)
})

describe('TLS', () => {
  it('spoken to a server without it is down by the deadline, and named where the server answers', async () => {
    await using server = await startRedis()
    using target = polledTarget(server.url.replace('redis:', 'rediss:'), { timeout: deadline })

    const { error, seconds } = await target.poll()

    // The greeting is random: Redis answers it only when a line happens to end in it.
    expect(error?.message).toMatch(
      /^(no answer within 0\.3 s|the TLS handshake failed \([A-Z_]+\)); does the server speak TLS, or is it redis:\/\/\?$/,
    )
    expect(seconds).toBeLessThan((deadline + slack) / 1e3)
  })

  it('not spoken to a server that wants it is down at once', async () => {
    await using certificates = await tlsCertificates()
    await using server = await startTlsRedis(certificates)
    using target = polledTarget(server.url.replace('rediss:', 'redis:'))

    const { error, seconds } = await target.poll()

    expect(error?.reason).toBe('connection')
    expect(error?.message).toMatch(/; does the server speak TLS \(rediss:\/\/\)\?$/)
    expect(seconds).toBeLessThan(5)
  })

  it('not spoken to a server that wants it is told by the connection of walks as well', async () => {
    await using certificates = await tlsCertificates()
    await using server = await startTlsRedis(certificates)
    const address = parseAddress(server.url.replace('rediss:', 'redis:'))
    if (!address) throw new Error('the address cannot be read')
    const connection = createSocketConnection(address.endpoint, fixedLogin(address.credentials))
    await connection.open()

    await expect(Promise.all(connection.send([['INFO']]))).rejects.toThrow(
      /; does the server speak TLS \(rediss:\/\/\)\?$/,
    )
  })

  it('with a certificate that nobody vouches for is down, and says so', async () => {
    await using certificates = await tlsCertificates()
    await using server = await startTlsRedis(certificates)
    using target = polledTarget(server.url)

    const { error } = await target.poll()

    expect(error?.message).toBe('the TLS handshake failed (SELF_SIGNED_CERT_IN_CHAIN)')
  })
})

async function startTlsRedis({
  server,
  ca,
}: Awaited<ReturnType<typeof tlsCertificates>>): Promise<RedisServer> {
  return await startRedis({ tls: { ...server, ca }, args: ['--tls-auth-clients', 'no'] })
}

/** Connects to a server that accepts nothing until its queue takes no more. */
async function fillBacklog(port: number): Promise<Disposable> {
  const queue: Socket[] = []
  for (let full = false; !full; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    queue.push(socket)
    const connected = new Promise((resolve) => socket.once('connect', resolve))
    full = (await Promise.race([connected, delay(200, 'full')])) === 'full'
  }
  return { [Symbol.dispose]: () => queue.forEach((socket) => void socket.destroy()) }
}
