import dns from 'node:dns'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { changingSource } from '../support/changing-source.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import {
  connectionsTo,
  isUp,
  startTwoServers,
  type TwoServers,
  target,
} from '../support/fleet-of-two.ts'
import { createLookupThreads, type LookupThreads } from '../support/lookup-threads.ts'
import { wantedTarget } from '../support/wanted-target.ts'

// The servers of some domains say nothing to whoever looks up a name: each takes a thread for seconds, of
// which a process has two.

let servers: TwoServers
let threads: LookupThreads
let asked: string[]
let led: string

beforeEach(async () => {
  servers = await startTwoServers()
  asked = []
  led = '127.0.0.1'
  threads = createLookupThreads((name) => {
    asked.push(name)
    return name.includes('silent') ? { after: 3_000 } : { address: led, after: 1 }
  })
  vi.spyOn(dns, 'lookup').mockImplementation(threads.lookup)
})
afterEach(async () => {
  await servers[Symbol.asyncDispose]()
  vi.restoreAllMocks()
  threads[Symbol.dispose]()
})

const impatient = configured(['--poll.interval=1s', '--poll.timeout=900ms']).settings
const silent = Array.from({ length: 100 }, (_, number) =>
  wantedTarget(`redis://redis${number}.silent${number % 2}.test`, impatient),
)
const named = (name: string, { port }: { readonly port: number }) =>
  target({ url: `redis://${name}:${port}` })

it('a target connects, and connects anew, while a hundred others wait for names that nobody tells', async () => {
  const { one, two, started } = servers
  const before = named('redis.sound.test', one)
  const source = changingSource(...silent, before)
  const fleet = started([source])
  await isUp(fleet, before)

  for (let turn = 0; turn < 3; turn += 1) {
    const connections = await connectionsTo(one)
    await one.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await eventually(async () => {
      const [other, ...more] = await connectionsTo(one)
      expect(more).toEqual([])
      expect(connections).not.toContain(other ?? connections[0])
    })
    await isUp(fleet, before)
  }
  const late = named('other.sound.test', two)
  source.want(...silent, before, late)
  await isUp(fleet, late)

  // Nothing lies with the system that nobody waits for any more.
  expect(threads.waiting()).toBe(0)
  await eventually(async () =>
    expect(await fleet.text()).toContain(
      `redis_exporter_last_scrape_error{target="${silent[0]?.name}",err="timeout: no answer within 0.9 s"} 1\n`,
    ),
  )
})

it('names that are given up are looked up no more', async () => {
  const source = changingSource(...silent)
  servers.started([source])
  await eventually(() => expect(asked.length).toBeGreaterThan(1))

  source.want()
  const before = asked.length
  source.want(named('redis.sound.test', servers.one))

  await eventually(() => expect(asked.slice(before)).toContain('redis.sound.test'))
  expect(asked.slice(before).filter((name) => name.includes('silent'))).toEqual([])
})

it('a name that nobody tells is looked up once at a time, and its target is up once it is told', async () => {
  let tell: () => void = () => undefined
  const slow = vi.fn((_name: string, _options: object, answered: (...found: unknown[]) => void) => {
    tell = () => answered(null, [{ address: '127.0.0.1', family: 4 }])
  })
  vi.spyOn(dns, 'lookup').mockImplementation(slow as unknown as typeof dns.lookup)
  const wanted = wantedTarget(`redis://redis.slow.test:${servers.one.port}`, impatient)
  const fleet = servers.started([changingSource(wanted)])
  await eventually(async () =>
    expect(await fleet.text()).toMatch(/polls_total\{.*result="down"\} [2-9]/),
  )
  expect(slow).toHaveBeenCalledTimes(1)

  tell()
  slow.mockImplementation((_name, _options, answered) =>
    answered(null, [{ address: '127.0.0.1', family: 4 }]),
  )

  await isUp(fleet, wanted)
})

it('a name that leads elsewhere is followed by the next connection', async () => {
  const { one, started } = servers
  const wanted = named('redis.sound.test', one)
  const fleet = started([changingSource(wanted)])
  await isUp(fleet, wanted)

  // Where nobody listens.
  led = '127.0.0.3'
  await one.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')

  await eventually(async () =>
    expect(await fleet.text()).toContain('err="connection: no connection (ECONNREFUSED)"} 1\n'),
  )
})
