import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually as eventuallyWithin } from '../support/eventually.ts'
import {
  type Exporter,
  type ExporterOptions,
  runExporter,
  startExporter,
} from '../support/exporter.ts'
import { type Family, sampleValue } from '../support/exposition.ts'
import { httpRequest } from '../support/http-get.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let servers: RedisServer[]

// Several exporters start, read and poll beside each other here.
const eventually = <T>(attempt: () => Promise<T>) => eventuallyWithin(attempt, { within: 90_000 })

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis(), startRedis()])
})
afterAll(async () => void (await Promise.all(servers.map((server) => server.stop()))))

/** A line of a list of targets in YAML. */
function entry(index: number, more = ''): string {
  return `  - {address: "127.0.0.1:${servers[index]?.port}", alias: ${'abc'[index]}${more}}\n`
}

interface Watching extends AsyncDisposable {
  readonly exporter: Exporter
  /** Puts another file in the place of the one before. */
  replace(...entries: string[]): Promise<void>
  /** The names of the targets that are up. */
  up(): Promise<readonly string[]>
}

// A busy machine may need more than the second that would be the deadline of a poll.
const patient = 'poll.interval: 1s, poll.timeout: 30s, poll.max-age: 1m'

/** An exporter with a file of such targets. */
async function watching(
  entries: readonly string[],
  options: ExporterOptions = {},
): Promise<Watching> {
  const directory = await temporaryDirectory()
  const file = join(directory.path, 'targets.yaml')
  const write = async (all: readonly string[]) => {
    await writeFile(`${file}.new`, `defaults: {${patient}}\ntargets:\n${all.join('')}`)
    await rename(`${file}.new`, file)
  }
  await write(entries)
  const { args = [] } = options
  const exporter = await startExporter({ ...options, args: [`--targets.file=${file}`, ...args] })
  return {
    exporter,
    replace: (...all) => write(all),
    up: async () => upIn(await exporter.metrics()),
    async [Symbol.asyncDispose]() {
      await exporter[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}

function upIn(families: readonly Family[]): readonly string[] {
  const { samples = [] } = families.find(({ name }) => name === 'redis_up') ?? {}
  return samples
    .filter(({ value }) => Number(value) === 1)
    .map(({ labels }) => labels.target ?? '')
    .sort()
}

/** How many connections a server has taken; the one that asks is a kept one. */
async function connectionsOf(index: number): Promise<number> {
  return Number((await servers[index]?.info('stats'))?.total_connections_received)
}

it('of two targets one goes and a third comes, and the other does not notice', async () => {
  await using watched = await watching([entry(0, ', labels: {env: prod}'), entry(1)])
  await eventually(async () => expect(await watched.up()).toEqual(['a', 'b']))
  await connectionsOf(0)
  const connections = await connectionsOf(0)
  const polls = async () =>
    sampleValue(await watched.exporter.metrics(), 'redis_exporter_polls_total', {
      target: 'a',
      result: 'up',
    }) ?? 0
  const before = await polls()

  await watched.replace(entry(2), entry(0, ', labels: {env: prod}'))
  const seen: (readonly string[])[] = []
  await eventually(async () => {
    seen.push(await watched.up())
    expect(seen.at(-1)).toEqual(['a', 'c'])
  })

  // There was no moment without it.
  expect(seen.filter((names) => !names.includes('a'))).toEqual([])
  await eventually(async () => expect(await polls()).toBeGreaterThan(before + 1))
  expect(await connectionsOf(0)).toBe(connections)
  const families = await watched.exporter.metrics()
  expect(sampleValue(families, 'redis_up', { target: 'a', env: 'prod' })).toBe(1)
  expect(JSON.stringify(families)).not.toContain('"b"')
})

it('what changes of a target counts with its next poll', async () => {
  await using watched = await watching([entry(0), entry(1)])
  await servers[0]?.client().set('user:1', 'x')
  await eventually(async () => expect(await watched.up()).toEqual(['a', 'b']))

  await watched.replace(entry(0, ', check-single-keys: "user:1"'), entry(1))

  await eventually(async () => {
    const families = await watched.exporter.metrics()
    const labels = { target: 'a', db: 'db0', key: 'user:1' }
    expect(sampleValue(families, 'redis_key_size', labels)).toBe(1)
  })
})

describe('a file that is wrong', () => {
  it('ends the start with all mistakes and exit code 2', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'targets.yaml')
    await writeFile(file, 'targets:\n- address: redis://:hunter2@one\n- alias: two\n')
    await using program = runExporter({ args: [`--targets.file=${file}`] })

    expect((await program.exited).code).toBe(2)
    const lines = program.output().trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe('redis-exporter cannot start:')
    expect(lines[1]).toContain(`  ${file}:2: targets[0].address: an address holds no password here`)
    expect(lines[2]).toContain(`  ${file}:3: targets[1]: the address is missing; give redis://`)
    expect(program.output()).not.toContain('hunter2')
  })

  it('later leaves the targets as they are, and tells it in log, metric and probe', async () => {
    await using watched = await watching([entry(0), entry(1)])
    const { exporter } = watched
    await eventually(async () => expect(await watched.up()).toEqual(['a', 'b']))
    const success = async () =>
      sampleValue(await exporter.metrics(), 'redis_exporter_targets_file_last_reload_successful')
    expect(await success()).toBe(1)

    await watched.replace(entry(0), '  - {adress: x}\n')

    await exporter.waitForLog('targets file not accepted; what it held before stays in force')
    await eventually(async () => expect(await success()).toBe(0))
    expect(await watched.up()).toEqual(['a', 'b'])
    const ready = await exporter.get('/ready')
    expect(ready.status).toBe(200)
    expect(JSON.parse(ready.body).sources).toMatchObject([
      { source: 'targets-file', failure: expect.stringContaining(':4: targets[1]') },
    ])

    await watched.replace(entry(0))
    await eventually(async () => expect(await success()).toBe(1))
    await eventually(async () => expect(await watched.up()).toEqual(['a']))
  })
})

describe('the file is read at once', () => {
  it('when SIGHUP comes', async () => {
    await using watched = await watching([entry(0)])
    await eventually(async () => expect(await watched.up()).toEqual(['a']))
    await watched.replace(entry(1))
    watched.exporter.signal('SIGHUP')

    expect(await watched.exporter.waitForLog('reading the files')).toContain('SIGHUP')
    await eventually(async () => expect(await watched.up()).toEqual(['b']))
  })

  it('when it is asked for by POST /-/reload, which tells what is wrong', async () => {
    await using watched = await watching([entry(0)], { args: ['--web.enable-lifecycle'] })
    const { exporter } = watched
    const reload = () => httpRequest(`${exporter.url}/-/reload`, { method: 'POST' })
    await watched.replace(entry(1))
    expect((await reload()).status).toBe(200)
    await eventually(async () => expect(await watched.up()).toEqual(['b']))

    await watched.replace('  - {adress: x}\n')
    const { status, body } = await reload()

    expect(status).toBe(500)
    expect(body).toMatch(
      /:3: targets\[0\]\.adress: there is no such setting; did you mean address\?\n$/,
    )
  })

  it('by nobody over HTTP unless that is allowed', async () => {
    await using watched = await watching([entry(0)])

    const { status } = await httpRequest(`${watched.exporter.url}/-/reload`, { method: 'POST' })
    expect(status).toBe(404)
  })
})

it('a volume of Kubernetes that comes later is read, and followed', async () => {
  await using directory: TemporaryDirectory = await temporaryDirectory()
  const volume = kubernetesVolume(join(directory.path, 'volume'))
  const path = volume.path('targets.yaml')
  await using exporter = await startExporter({
    args: [`--targets.file=${path}`, '--poll.interval=1s'],
  })
  await exporter.waitForLog('targets file not accepted; it gives no targets')
  const up = async () => upIn(await exporter.metrics())

  await volume.publish({ 'targets.yaml': `targets:\n${entry(0)}` })
  await eventually(async () => expect(await up()).toEqual(['a']))
  await volume.publish({ 'targets.yaml': `targets:\n${entry(1)}${entry(2)}` })
  await eventually(async () => expect(await up()).toEqual(['b', 'c']))
})
