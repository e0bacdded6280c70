import { describe, expect, it } from 'vitest'
import { everything } from '../support/fake-keyspace.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { hangsUp, walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

describe('a SCAN that leads nowhere', () => {
  const keys = resp.array([resp.bulk('a')])
  it.each([
    ['whose cursor stays', () => '7'],
    ['whose cursors come again', (step: number) => `${1 + (step % 5)}`],
    ['whose cursor is no number', () => 'seven'],
  ])(
    '%s ends the walk with the reason protocol, and the next walk looks again',
    async (_, cursorOf) => {
      let step = 0
      const server = walkablePeer({
        instead: (command) =>
          command.startsWith('SCAN') ? resp.array([resp.bulk(cursorOf(step++)), keys]) : undefined,
      })
      await using peer = await startPeer(server.behaviour)
      using target = walkedTarget(peer.url, [everything])

      expect((await target.walk()).error?.reason).toBe('protocol')
      const first = step
      expect(first).toBeLessThan(20)
      expect((await target.walk()).error?.reason).toBe('protocol')
      expect(step).toBeGreaterThan(first)
    },
  )

  it.each([
    ['a list of another form', 'db0 Strings_keys=100, expires=0\r\n'],
    ['no list', undefined],
  ])('is not left out where INFO has %s of keys', async (_, lines) => {
    const keyspace = lines === undefined ? '' : `# Keyspace\r\n${lines}`
    const server = walkablePeer({
      instead: (command) => {
        if (command.startsWith('INFO'))
          return resp.bulk(`# Server\r\nredis_version:7.0.0\r\nrun_id:a\r\n${keyspace}`)
        return command.startsWith('SCAN') ? resp.array([resp.bulk('0'), keys]) : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    expect(await target.walk()).toMatchObject({ error: undefined, keys: 1 })
  })
})

it('a proxy that hangs up at SCAN is tried a few times with growing patience', async () => {
  const server = walkablePeer({
    instead: (command) => (command.startsWith('SCAN') ? hangsUp : undefined),
  })
  await using peer = await startPeer(server.behaviour)
  using target = walkedTarget(peer.url, [everything], { timeout: 2_500 })

  expect((await target.walk()).error?.reason).toBe('timeout')
  // At once, and after 0.1, 0.5 and 1 s more.
  expect(peer.connections()).toBe(4)
})
