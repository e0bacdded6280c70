import { describe, expect, it } from 'vitest'
import { everything } from '../support/fake-keyspace.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { hangsUp, walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

describe('CLIENT NO-TOUCH', () => {
  const sent = (commands: readonly string[]) =>
    commands.filter((text) => text === 'CLIENT NO-TOUCH ON')

  it('that is refused costs nothing, and is sent once however often a walk connects', async () => {
    const server = walkablePeer({
      has: ['client|no-touch'],
      instead: (command, connection) => {
        if (command.startsWith('CLIENT NO-TOUCH')) return resp.error('NOPERM no')
        return command.startsWith('SCAN 6') && connection === 1 ? hangsUp : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    for (let count = 0; count < 3; count++) expect((await target.walk()).error).toBeUndefined()
    expect(target.samples('everything')).toHaveLength(10)
    expect(peer.connections()).toBe(2)
    expect(sent(server.commands)).toHaveLength(1)
  })

  it('is not sent to a server that does not know it', async () => {
    const server = walkablePeer()
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    expect((await target.walk()).error).toBeUndefined()
    expect(sent(server.commands)).toEqual([])
  })
})
