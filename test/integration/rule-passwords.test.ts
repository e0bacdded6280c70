import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  exporterAllowing,
  type GuardedServers,
  startGuardedServers,
} from '../support/guarded-servers.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import type { Trap } from '../support/trap.ts'

let servers: GuardedServers
let trap: Trap
let open: GuardedServers['open']

beforeAll(async () => {
  servers = await startGuardedServers()
  ;({ trap, open } = servers)
})
afterAll(() => servers[Symbol.asyncDispose]())
afterEach(() => expect(trap.connections()).toBe(0))

describe('a password that a rule names', () => {
  it('goes to whom the rule is for, and to nobody else', async () => {
    const sent: string[] = []
    await using peer = await startPeer(
      answers((words) => {
        sent.push(words.join(' '))
        return resp.simple('OK')
      }),
    )
    const rules = `127.0.0.1:${peer.port}=watcher@/run/secrets/a,${open()}`
    await using exporter = await exporterAllowing(rules)
    await exporter.polled(`127.0.0.1:${peer.port}`)
    const { body } = await exporter.polled(open())

    expect(sent[0]).toBe('AUTH watcher of /run/secrets/a')
    expect(body).toContain('\nredis_up 1\n')
    expect(JSON.stringify(exporter.lines)).not.toContain('of /run')
  })

  it.each([
    ['in plain text where it is for TLS alone', 'redis', 0],
    ['at another port', 'rediss', 1],
  ])('is not sent %s', async (_how, scheme, further) => {
    await using peer = await startPeer(answers(() => resp.simple('OK')))
    const login = 'watcher@/run/secrets/a'
    await using exporter = await exporterAllowing(
      `rediss://127.0.0.1:${peer.port}=${login},${open()}`,
    )
    const { status } = await exporter.scrape(`${scheme}://127.0.0.1:${peer.port + further}`)

    expect(status).toBe(403)
    expect(exporter.states()).toEqual([])
    expect(peer.connections()).toBe(0)
  })
})
