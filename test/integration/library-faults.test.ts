import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { type Program, startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { answering } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { startRedis } from '../support/redis-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The exporter from its sources, with a client library whose decoder fails on purpose. */
async function startFaulty(url: string, fault = ''): Promise<{ program: Program; port: number }> {
  const port = await freePort()
  const program = startProgram({
    program: process.execPath,
    args: [
      ...['--import', 'tsx', '--import', './test/support/faulty-client.ts', 'src/main.ts'],
      ...[`--redis.addr=${url}`, `--web.listen-address=127.0.0.1:${port}`, '--poll.interval=1s'],
    ],
    directory: root,
    env: { FAULT: fault, TSX_DISABLE_CACHE: '1' },
  })
  return { program, port }
}

it('a client library whose decoder throws costs connections and not the process', async () => {
  await using server = await startRedis()
  const { program, port } = await startFaulty(server.url)
  await using exporter = await answering(program, port, '/healthz')

  // At once, which the library catches; in a tick, a timer, a promise and an event, which nobody does.
  await exporter.waitForLog(/WARN.* down: the client failed unexpectedly/, { within: 20_000 })
  await eventually(
    () =>
      expect(exporter.logs().match(/ERROR.* the client of a connection failed/g)).toHaveLength(4),
    { within: 30_000 },
  )
  await eventually(async () => expect(sampleValue(await exporter.metrics(), 'redis_up')).toBe(1), {
    within: 20_000,
  })
  expect(exporter.logs()).not.toContain('hunter2')
  expect((await exporter.stop()).code).toBe(0)
})

it('a failure that is none of a connection ends the process', async () => {
  await using server = await startRedis()
  const { program } = await startFaulty(server.url, 'elsewhere')
  await using _stopped = program

  expect((await program.exited).code).toBe(1)
  expect(program.output()).toContain('unexpected failure')
})
