import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { everything, interrupted } from '../support/fake-keyspace.ts'
import { startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Reply, walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

describe('a server that is loading its data', () => {
  const loading = () => 'loading:1\r\n'

  it('has nothing to walk through: the walk fails, and asks for no key', async () => {
    const server = walkablePeer({ info: () => `# Persistence\r\n${loading()}` })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])
    const { error } = await target.walk()

    expect(error?.reason).toBe('loading')
    expect(server.commands.filter((text) => text.startsWith('SCAN'))).toEqual([])
  })

  it('in the middle of a walk, as a replica that copies its master anew, is waited for', async () => {
    let loads: number | undefined
    const server = walkablePeer({
      // For the second part of the keys, then for three looks at INFO.
      instead: (command): Reply => {
        if (command.startsWith('SCAN 4')) loads ??= 3
        return loads && /^(SCAN|TYPE)/.test(command) ? resp.error('LOADING data') : undefined
      },
      info: () => {
        if (loads) loads -= 1
        return `# Persistence\r\nloading:${loads ? 1 : 0}\r\n`
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])
    const { error } = await target.walk()

    expect(error).toBeUndefined()
    expect([target.begun(), target.resumed()]).toEqual([1, 1])
    expect(target.samples('everything').map(({ labels }) => labels.key)).toEqual(
      Array.from({ length: 10 }, (_, index) => `key:${index}`),
    )
    // It is asked by INFO whether it is there again, and not by SCAN.
    expect(server.commands.filter((text) => text.startsWith('SCAN 4'))).toHaveLength(2)
  })

  it('behind a restart is waited for, and then walked anew', async () => {
    await using directory = await temporaryDirectory()
    await using server = await startRedis({
      directory: directory.path,
      // It answers between two pieces of so many bytes, which is every ten keys here.
      args: ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'],
    })
    const writes = server.client().pipeline()
    for (let number = 0; number < 1_000; number++) writes.set(`key:${number}`, 'x'.repeat(100))
    await writes.exec()
    await server.client().save()
    let loadingThen: string | undefined
    const killed = interrupted(everything, 20, async () => {
      await server.kill()
      await server.restart()
      loadingThen = (await server.info('persistence')).loading
    })
    using target = walkedTarget(server.url, [killed], { settings: { checkKeysBatchSize: 10 } })
    const walking = target.walk()
    await eventually(() => expect(loadingThen).toBe('1'))
    await delay(300)
    await server.client().config('SET', 'key-load-delay', '0')
    const { error } = await walking

    expect(error).toBeUndefined()
    expect([target.begun(), target.resumed()]).toEqual([2, 0])
    expect(new Set(target.samples('everything').map(({ labels }) => labels.key)).size).toBe(1_000)
  })
})

describe('a server that answers for no key for now', () => {
  it.each(['MASTERDOWN', 'BUSY', 'CLUSTERDOWN'])(
    'but %s in the middle of a walk is waited for, and said once, not for every key',
    async (code) => {
      let failures = 3
      const server = walkablePeer({
        instead: (command) => {
          if (!/^TYPE key:[4-9]/.test(command) || failures === 0) return undefined
          failures -= 1
          return resp.error(`${code} not now`)
        },
      })
      await using peer = await startPeer(server.behaviour)
      using target = walkedTarget(peer.url, [everything])
      const { error } = await target.walk()

      expect(error).toBeUndefined()
      expect(target.begun()).toBe(1)
      expect(peer.connections()).toBe(1)
      expect(target.samples('everything').map(({ labels }) => labels.key)).toEqual(
        Array.from({ length: 10 }, (_, index) => `key:${index}`),
      )
      expect(target.waits.every((reason) => reason === code.toLowerCase())).toBe(true)
    },
  )

  it('at its begin says so for one key only', async () => {
    const server = walkablePeer({
      instead: (command) =>
        /^TYPE/.test(command) ? resp.error('CLUSTERDOWN The cluster is down') : undefined,
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything], { timeout: 300 })
    const { error, collectors } = await target.walk()
    const types = server.commands.filter((text) => text.startsWith('TYPE'))

    expect(error?.reason).toBe('timeout')
    expect(collectors).toHaveLength(1)
    expect(types.every((text) => text === 'TYPE key:0')).toBe(true)
    // At once, and behind each of two pauses at most.
    expect(types.length).toBeLessThanOrEqual(3)
  })
})
