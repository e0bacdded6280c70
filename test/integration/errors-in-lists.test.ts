import { describe, expect, it } from 'vitest'
import { configured } from '../support/configured.ts'
import { polledTarget } from '../support/polled-target.ts'
import { keyCollectors } from '../support/registry.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

describe('lists with an error in them, in the place of all that is read of keys and streams', () => {
  const asUsual = /^(INFO|COMMAND|CLIENT|CONFIG|SELECT|SCAN)/
  const peerOf = (bytes: string) =>
    startPeer(
      walkablePeer({
        has: ['hotkeys|get'],
        instead: (command) => (asUsual.test(command) ? undefined : bytes),
      }).behaviour,
    )

  it('cost a poll what plain errors cost it', async () => {
    const polled = async (bytes: string) => {
      await using peer = await peerOf(bytes)
      using target = polledTarget(peer.url, {
        flags: ['--check-single-keys=db0=a,db0=b', '--check-single-streams=db0=s'],
        collect: ['hotkeys', 'slowlog-entries', 'memory-stats'],
      })
      const { error, collectors } = await target.poll()
      expect(error).toBeUndefined()
      return collectors.map(({ name, samples, error, rejected }) => ({
        name,
        samples: samples.length,
        error: error?.message,
        rejected,
      }))
    }
    const plain = await polled('-ERR x\r\n')
    expect(plain.find(({ name }) => name === 'hotkeys')?.error).toMatch(/answered with an error/)
    expect(plain.map(({ name }) => name)).toContain('check-single-keys')

    expect(await polled('*1\r\n-ERR x\r\n')).toEqual(plain)
    expect(await polled('*2\r\n$1\r\na\r\n*1\r\n-ERR x\r\n')).toEqual(plain)
  })

  it('cost a walk what plain errors cost it', async () => {
    const walked = async (bytes: string) => {
      await using peer = await peerOf(bytes)
      using target = walkedTarget(peer.url, keyCollectors, {
        settings: configured(['--check-keys=*', '--check-streams=*', '--count-keys=*']).settings,
      })
      const { error, keys, collectors } = await target.walk()
      expect([error, keys]).toEqual([undefined, 10])
      return collectors.map(({ name, rejected, error }) => ({
        name,
        rejected,
        error: error?.message,
        samples: target.samples(name).length,
      }))
    }
    const plain = await walked('-ERR x\r\n')

    expect(await walked('*1\r\n-ERR x\r\n')).toEqual(plain)
  })
})
