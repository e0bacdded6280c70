import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import type { WalkResult } from '../../src/walk/walk-target.ts'
import { eventually } from '../support/eventually.ts'
import { everything } from '../support/fake-keyspace.ts'
import { grown, heldResources } from '../support/held-resources.ts'
import {
  closesOnAccept,
  drips,
  neverReplies,
  resetsOnCommand,
  sendsGarbage,
  stopsHalfWay,
} from '../support/peer-behaviours.ts'
import { keyCollectors } from '../support/registry.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { allKeySettings } from '../support/walk-of-all-keys.ts'
import { hangsUp, walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

describe('a walk that comes to its deadline in a pause', () => {
  it('ends there: nothing of it goes on over the connection of the next one', async () => {
    const server = walkablePeer()
    await using peer = await startPeer(server.behaviour)
    const before = await eventually(heldResources)
    using target = walkedTarget(peer.url, [everything], {
      settings: { scanMaxLoad: 0.000_1 },
      timeout: 100,
    })
    for (let count = 0; count < 5; count++) {
      expect((await target.walk()).error?.reason).toBe('timeout')
    }

    await eventually(() => expect(peer.openConnections()).toBe(0))
    await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
  })
})

it('a server that falls silent is given up long before the deadline of the walk', async () => {
  const server = walkablePeer()
  await using peer = await startPeer((socket, connection) => {
    if (connection === 1) server.behaviour(socket, connection)
  })
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: peer.port, tls: false } as const
  const connection = createSocketConnection(endpoint, fixedLogin({}), {}, 100)
  await connection.open()
  // Being idle is no silence.
  await delay(300)
  expect(await connection.exchange([['TYPE', 'key:0']])).toEqual(['string'])
  connection.drop(redisError('connection', 'the test goes on'))

  await connection.open()
  await expect(connection.exchange([['TYPE', 'key:0']])).rejects.toMatchObject({
    reason: 'connection',
    message: 'the server fell silent for 0.1 s',
  })
  await eventually(() => expect(peer.openConnections()).toBe(0))
})

it('many failing walks leave no socket, timer or listener behind', async () => {
  const behaviours = [
    ...[closesOnAccept, resetsOnCommand, neverReplies, sendsGarbage, stopsHalfWay, drips()],
    walkablePeer({ instead: (text) => (text.startsWith('SCAN 4') ? hangsUp : undefined) })
      .behaviour,
    walkablePeer({ instead: (text) => (/^SCAN/.test(text) ? resp.error('NOPERM') : undefined) })
      .behaviour,
    walkablePeer({ instead: (text) => (/^TYPE/.test(text) ? resp.error('BUSY') : undefined) })
      .behaviour,
  ]
  const refusesScan = 7
  const peers = await Promise.all(behaviours.map((behaviour) => startPeer(behaviour)))
  // What a walk past its deadline drops is not kept, so that one has time on a busy machine too.
  const targets = peers.map(({ url }, index) =>
    walkedTarget(url, keyCollectors, {
      settings: allKeySettings,
      timeout: index === refusesScan ? 10_000 : 60,
    }),
  )
  const round = async () => await Promise.all(targets.map((target) => target.walk()))
  const settle = async () => {
    // The connection is kept where SCAN alone was refused.
    const kept = peers.map((_, index) => (index === refusesScan ? 1 : 0))
    await eventually(() => expect(peers.map((peer) => peer.openConnections())).toEqual(kept))
  }
  try {
    // The first round makes what is made once: listeners of the process, for instance.
    await round()
    await settle()
    const before = await eventually(heldResources)

    for (let count = 0; count < 10; count++) {
      const results = await round()
      const isSound = ({ collectors, error }: WalkResult) =>
        error === undefined && collectors.every((one) => one.error === undefined)
      expect(results.filter(isSound)).toEqual([])
    }

    await settle()
    await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
  } finally {
    for (const target of targets) target[Symbol.dispose]()
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()))
  }
})
