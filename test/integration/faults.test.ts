import { describe, expect, it } from 'vitest'
import type { Reason } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { grown, heldResources } from '../support/held-resources.ts'
import {
  answers,
  closesOnAccept,
  drips,
  neverReplies,
  repliesEndlessly,
  resetsOnAccept,
  resetsOnCommand,
  sendsGarbage,
  stopsHalfWay,
} from '../support/peer-behaviours.ts'
import { type PolledTargetOptions, polledTarget } from '../support/polled-target.ts'
import { resp } from '../support/resp.ts'
import { type Behaviour, startPeer } from '../support/scripted-peer.ts'

// A client library that waits for the other side to close ends two seconds after the deadline;
// what is less a busy machine may cost.
const deadline = 300
const slack = 1_700

const info = resp.bulk('# Server\r\nredis_version:7.0.15\r\nrun_id:of-the-peer\r\n')

const replies = new Map([
  ['INFO', info],
  ['AUTH', resp.simple('OK')],
  ['COMMAND', resp.array([])],
])

/** Knows INFO, lets everybody in, and has nothing else to ask for. */
const healthy = answers(([name = '']) => replies.get(name) ?? resp.error('ERR not here'))

interface Fault {
  readonly peer: string
  readonly behaviour: Behaviour
  readonly reason: Reason
  readonly message: RegExp
  /** Before the host; plain and without a password unless the fault lies there. */
  readonly scheme?: string
}

const late = {
  reason: 'timeout',
  message: /^no answer within 0\.3 s(; does the server speak TLS, or is it redis:\/\/\?)?$/,
} as const
// Whether our bytes or the end of the connection come first is the kernel's to decide.
const lost = {
  reason: 'connection',
  message:
    /^(the connection was closed|no connection \((ECONNRESET|EPIPE)\))(; does the server speak TLS.*\?)?$/,
} as const
const foreign = { reason: 'protocol', message: /^the answer is not the Redis protocol$/ } as const
const unasked = {
  reason: 'protocol',
  message: /^the server sent a reply that nobody asked for$/,
} as const
const noFields = { reason: 'parse', message: /^the reply of INFO holds no fields$/ } as const
const noTls = {
  reason: 'tls',
  message:
    /^the TLS handshake failed \([A-Z_]+\)(; does the server speak TLS, or is it redis:\/\/\?)?$/,
} as const

const faults: readonly Fault[] = [
  { peer: 'accepts and never answers', behaviour: neverReplies, ...late },
  { peer: 'never answers AUTH', behaviour: neverReplies, scheme: 'redis://:tr0ub4dor@', ...late },
  {
    peer: 'never answers the TLS handshake',
    behaviour: neverReplies,
    scheme: 'rediss://',
    ...late,
  },
  { peer: 'stops half-way through a reply', behaviour: stopsHalfWay, ...late },
  { peer: 'sends a reply byte by byte', behaviour: drips(), ...late },
  { peer: 'closes on accept', behaviour: closesOnAccept, ...lost },
  { peer: 'closes in the TLS handshake', behaviour: closesOnAccept, scheme: 'rediss://', ...lost },
  { peer: 'resets on accept', behaviour: resetsOnAccept, ...lost },
  { peer: 'resets at the first command', behaviour: resetsOnCommand, ...lost },
  { peer: 'answers like a web server', behaviour: sendsGarbage, ...foreign },
  { peer: 'speaks no TLS', behaviour: sendsGarbage, scheme: 'rediss://', ...noTls },
  { peer: 'nests a reply without an end', behaviour: sends('*1\r\n'.repeat(200_000)), ...foreign },
  { peer: 'answers more than was asked', behaviour: sends('+OK\r\n'.repeat(9)), ...unasked },
  { peer: 'answers INFO with a number', behaviour: answers(() => resp.integer(7)), ...noFields },
  { peer: 'answers INFO with nothing', behaviour: answers(() => resp.bulk(null)), ...noFields },
]

// The poller has its connection from ioredis, a walk has a socket of its own.
const connections = [
  { over: 'ioredis', by: {} },
  { over: 'a socket', by: { connect: createSocketConnection } },
]

describe.each(connections)('over $over', ({ by }) => {
  for (const fault of faults) {
    describe(`a peer that ${fault.peer}`, () => {
      it(`is down: ${fault.reason}`, async () => {
        await using peer = await startPeer(fault.behaviour)
        using target = targetOf(fault, peer.port, by)

        const { error } = await target.poll()

        expect(error?.reason).toBe(fault.reason)
        expect(error?.message).toMatch(fault.message)
      })

      it('holds a poll no longer than its deadline, and is left without a connection', async () => {
        await using peer = await startPeer(fault.behaviour)
        using target = targetOf(fault, peer.port, by)

        const { seconds } = await target.poll()

        expect(seconds).toBeLessThan((deadline + slack) / 1e3)
        await eventually(() => expect(peer.openConnections()).toBe(0), { within: slack })
      })

      if (fault.scheme !== 'rediss://') {
        it('is up at the next poll when it has recovered', async () => {
          await using peer = await startPeer(fault.behaviour)
          using target = targetOf(fault, peer.port, by)
          await target.poll()

          peer.behave(healthy)
          const { error, server } = await target.poll()

          expect({ error, server }).toEqual({ error: undefined, server: 'Redis 7.0.15' })
        })
      }
    })
  }

  it('a reply without an end is cut off by its size, before the deadline', async () => {
    await using peer = await startPeer(repliesEndlessly)
    using target = polledTarget(peer.url, { ...by, timeout: 30_000 })

    const { error, seconds } = await target.poll()

    expect(error?.message).toMatch(
      /^the reply (to INFO )?is larger than \d+ bytes; --redis\.max-reply-bytes allows for more$/,
    )
    expect(seconds).toBeLessThan(15)
    await eventually(() => expect(peer.openConnections()).toBe(0))
  })

  it('a peer that answers INFO and falls silent loses what it did not answer, and is up', async () => {
    await using peer = await startPeer(
      answers(([name]) =>
        name === 'INFO' ? info : name === 'COMMAND' ? resp.array([]) : undefined,
      ),
    )
    // Long enough for a busy machine to answer INFO.
    using target = polledTarget(peer.url, { ...by, timeout: 5_000 })

    const { error, collectors, seconds } = await target.poll()

    expect(error).toBeUndefined()
    const failed = collectors.filter((collector) => collector.error)
    expect(failed.map(({ name }) => name)).toContain('slowlog')
    expect(new Set(failed.map((collector) => collector.error?.message))).toEqual(
      new Set(['no answer within 5 s']),
    )
    expect(collectors.find(({ name }) => name === 'server')?.samples).not.toEqual([])
    expect(seconds).toBeLessThan((5_000 + slack) / 1e3)
  })

  it('a port where nobody listens is down, and says why', async () => {
    using target = polledTarget(`redis://127.0.0.1:${await freePort()}`, by)

    const { error } = await target.poll()

    expect(error?.message).toBe('no connection (ECONNREFUSED)')
  })

  it('many rounds of all faults leave no socket, timer or listener behind', async () => {
    const peers = await Promise.all(faults.map(({ behaviour }) => startPeer(behaviour)))
    const targets = peers.map(({ port }, index) => targetOf(faults[index], port, by, 50))
    const round = async () => void (await Promise.all(targets.map((target) => target.poll())))
    const settle = async () => {
      await eventually(() => expect(peers.map((peer) => peer.openConnections())).toEqual(none))
    }
    const none = faults.map(() => 0)
    try {
      // The first round makes what is made once: listeners of the process, for instance.
      await round()
      await settle()
      const before = await eventually(heldResources)

      for (let count = 0; count < 20; count++) {
        await round()
      }

      await settle()
      await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
      expect(peers.map((peer) => peer.connections())).toEqual(faults.map(() => 21))
    } finally {
      await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()))
    }
  })
})

function sends(reply: string): Behaviour {
  return (socket) => void socket.once('data', () => void socket.write(reply))
}

function targetOf(
  fault: Fault | undefined,
  port: number,
  by: PolledTargetOptions,
  timeout = deadline,
) {
  return polledTarget(`${fault?.scheme ?? 'redis://'}127.0.0.1:${port}`, { ...by, timeout })
}
