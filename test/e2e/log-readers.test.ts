import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, runExporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { type StandingReader, standingPipe, standingSocket } from '../support/standing-reader.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

// So many targets with such names that a few polls fill what waits for a reader.
const manyTargets = Array.from(
  { length: 400 },
  (_, index) => `unix:///${'x'.repeat(90)}${index}`,
).join()
const patience = { within: 60_000 }

async function startLogging(
  stdout: StandingReader['writer'],
  format: 'json' | 'txt' = 'json',
): Promise<Exporter> {
  return await startExporter({
    args: ['--debug', `--log-format=${format}`],
    env: { REDIS_ADDR: manyTargets, POLL_INTERVAL: '1' },
    stdout,
  })
}

async function dropped(exporter: Exporter): Promise<number> {
  return sampleValue(await exporter.metrics(), 'redis_exporter_log_lines_dropped_total') ?? -1
}

describe.concurrent.each([
  ['a pipe', standingPipe],
  ['a socket', standingSocket],
])('a log that goes to %s', (_kind, open) => {
  it.each(['json', 'txt'] as const)(
    'as %s whose reader stands still holds up neither scrapes nor probes nor the end',
    async (format) => {
      await using reader = await open()
      await using exporter = await startLogging(reader.writer, format)
      reader.letGo()

      await eventually(async () => expect(await dropped(exporter)).toBeGreaterThan(1), patience)

      expect((await exporter.get('/healthz')).status).toBe(200)
      expect(await exporter.stop()).toEqual({ code: 0, signal: null })
    },
  )

  it('brings its last lines to a reader that reads when it ends', async () => {
    await using reader = await open()
    await using exporter = await startLogging(reader.writer)
    reader.letGo()
    await eventually(async () => expect(await dropped(exporter)).toBeGreaterThan(1), patience)

    exporter.signal('SIGTERM')
    const hasAll = () => expect(reader.read()).toContain('"msg":"stopped"}\n')
    await eventually(hasAll, { ...patience, every: 5 })

    expect(await exporter.exited).toEqual({ code: 0, signal: null })
    const messages = reader
      .read()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg)
    expect(messages.slice(-2)).toEqual(['stopping', 'stopped'])
  })

  it('is missed by nobody when its reader has gone', async () => {
    await using reader = await open()
    await using exporter = await startLogging(reader.writer)
    reader.letGo()
    reader.leave()

    await eventually(async () => expect(await dropped(exporter)).toBeGreaterThan(1), patience)

    expect((await exporter.get('/healthz')).status).toBe(200)
    expect(await exporter.stop()).toEqual({ code: 0, signal: null })
  })
})

describe.concurrent('a log that goes to a file', () => {
  it('is there to its last line', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'log')
    const file = openSync(path, 'a')
    await using exporter = await startExporter({ args: ['--log-format=json'], stdout: file })
    closeSync(file)
    await exporter.stop()

    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).msg).slice(-2)).toEqual(['stopping', 'stopped'])
  })

  it('on a full disk is counted as dropped', async () => {
    const full = openSync('/dev/full', 'w')
    await using exporter = await startExporter({ stdout: full })
    closeSync(full)

    await eventually(async () => expect(await dropped(exporter)).toBeGreaterThan(1))

    expect((await exporter.get('/healthz')).status).toBe(200)
    expect(await exporter.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('what is asked for and not read', () => {
  it.each(['--help', '--version', '--acl'])(
    'ends %s on a full disk without a stack',
    async (flag) => {
      const full = openSync('/dev/full', 'w')
      await using program = runExporter({ args: [flag], stdout: full })
      closeSync(full)

      expect(await program.exited).toEqual({ code: 0, signal: null })
      expect(program.stderr()).toBe('')
    },
  )
})

describe.concurrent('where the reader stands still before the first line', () => {
  async function fullPipe() {
    const pipe = await standingPipe()
    // As much as a pipe holds.
    if (typeof pipe.writer === 'number') writeSync(pipe.writer, Buffer.alloc(64 * 1024))
    return pipe
  }

  it('mistakes in the configuration still end with exit code 2', async () => {
    await using pipe = await fullPipe()
    await using program = runExporter({ args: ['--nonsense'], stderr: pipe.writer })

    expect(await program.exited).toEqual({ code: 2, signal: null })
  })

  it('a port in use still ends with exit code 1', async () => {
    await using pipe = await fullPipe()
    await using first = await startExporter()
    const env = { REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${first.port}` }
    await using second = runExporter({ env, stdout: pipe.writer })

    expect(await second.exited).toEqual({ code: 1, signal: null })
  })

  it('a second SIGTERM still ends it at once', async () => {
    await using pipe = await fullPipe()
    await using exporter = await startExporter({ stdout: pipe.writer, port: await freePort() })

    exporter.signal('SIGTERM')
    exporter.signal('SIGINT')
    exporter.signal('SIGTERM')

    expect((await exporter.exited).signal).toBeNull()
  })
})
