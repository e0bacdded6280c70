import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { malformedReplies, unaskedReplies } from '../support/hostile-replies.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'

const hostile = [...malformedReplies, ...unaskedReplies].map(({ bytes }) => bytes)

const within = { within: 60_000 }

const all = [
  ...['--poll.interval=1s', '--scan.interval=1s', '--scan.max-load=0', '--log-level=warn'],
  ...['--check-keys=*', '--count-keys=*', '--include-search-indexes-metrics'],
]

async function value(exporter: Exporter, name: string): Promise<number | undefined> {
  return sampleValue(await exporter.metrics(), name)
}

/** Waits until so many polls have ended so. */
async function polls(exporter: Exporter, result: 'up' | 'down', times: number): Promise<void> {
  await eventually(async () => {
    const families = await exporter.metrics()
    const ended = sampleValue(families, 'redis_exporter_polls_total', { result })
    expect(ended).toBeGreaterThanOrEqual(times)
  }, within)
}

/** The most memory that a process had so far, in bytes. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

it('the exporter outlives a server that breaks the protocol over all of its connections', async () => {
  let sent = 0
  let sound = false
  const server = walkablePeer()
  await using peer = await startPeer((socket, connection) => {
    if (sound) return server.behaviour(socket, connection)
    const bytes = hostile[sent++ % hostile.length] ?? ''
    // In the place of a reply, behind one, and while nothing is owed.
    if (sent % 3 === 0) socket.once('data', () => void socket.write(bytes, 'latin1'))
    else if (sent % 3 === 1)
      socket.once('data', () => void socket.write(`+OK\r\n${bytes}`, 'latin1'))
    else socket.write(bytes, 'latin1')
  })
  await using exporter = await startExporter({
    args: [`--redis.addr=${peer.url}`, ...all, '--poll.timeout=1s'],
  })

  await eventually(() => expect(sent).toBeGreaterThan(3 * 10), { within: 60_000 })
  expect((await exporter.get('/healthz')).status).toBe(200)
  sound = true
  await eventually(async () => expect(await value(exporter, 'redis_up')).toBe(1), {
    within: 30_000,
  })
  expect(exporter.logs()).not.toContain('unexpected')
})

describe.concurrent('an INFO', () => {
  const info = (bytes: number) =>
    resp.bulk(
      `# Server\r\nredis_version:7.2.0\r\nrun_id:a\r\n# Commandstats\r\n${'cmdstat_get:calls=1,usec=1,usec_per_call=1.00\r\n'.repeat(bytes / 47)}`,
    )

  it.each([5, 20, 50])('of %d MB is refused, and takes no memory', async (megabytes) => {
    const reply = info(megabytes * 1e6)
    const server = walkablePeer({
      instead: (command) => (command.startsWith('INFO') && large ? reply : undefined),
    })
    let large = false
    await using peer = await startPeer(server.behaviour)
    await using exporter = await startExporter({
      args: [`--redis.addr=${peer.url}`, ...all],
    })
    await eventually(async () => expect(await value(exporter, 'redis_up')).toBe(1), within)
    await polls(exporter, 'up', 3)
    const before = peakMemory(exporter.pid)
    large = true

    await exporter.waitForLog(
      /WARN.* down: the reply to INFO is larger than 2097152 bytes; --redis\.max-reply-bytes allows for more/,
    )
    await polls(exporter, 'down', 3)
    expect(await value(exporter, 'redis_up')).toBe(0)
    expect(peakMemory(exporter.pid) - before).toBeLessThan(30e6)
  })

  it('that is larger is read where the option allows for it', async () => {
    const server = walkablePeer({
      instead: (command) => (command.startsWith('INFO') ? info(3e6) : undefined),
    })
    await using peer = await startPeer(server.behaviour)
    await using exporter = await startExporter({
      args: [`--redis.addr=${peer.url}`],
      env: { REDIS_MAX_REPLY_BYTES: '4000000' },
    })

    await eventually(async () => expect(await value(exporter, 'redis_up')).toBe(1), within)
  })
})

it('a CLIENT LIST of 5 MB costs what it tells, never the target', async () => {
  const list = resp.bulk(`id=1 addr=127.0.0.1:1 fd=8 name=${'a'.repeat(5e6)}\n`)
  const server = walkablePeer({
    instead: (command) => (command === 'CLIENT LIST' ? list : undefined),
  })
  await using peer = await startPeer(server.behaviour)
  await using exporter = await startExporter({
    args: [
      `--redis.addr=${peer.url}`,
      '--poll.interval=1s',
      '--poll.timeout=30s',
      '--export-client-list',
    ],
  })
  await polls(exporter, 'up', 3)

  expect(await value(exporter, 'redis_up')).toBe(1)
  const families = await exporter.metrics()
  const of = (name: string, labels: Readonly<Record<string, string>>) =>
    sampleValue(families, `redis_exporter_${name}`, labels)
  expect(of('polls_total', { result: 'down' })).toBe(0)
  expect(of('collector_success', { collector: 'client-list' })).toBe(0)
  expect(of('collector_success', { collector: 'server' })).toBe(1)
  const labels = { collector: 'client-list', reason: 'too_large' }
  expect(of('collector_errors_total', labels)).toBe(1)
  expect(exporter.logs()).toMatch(
    /WARN.* collector failed: the reply to CLIENT LIST is larger than 2097152 bytes; --redis\.max-reply-bytes allows for more/,
  )
  expect(server.commands.filter((command) => command === 'CLIENT LIST')).toHaveLength(1)
})
