import { setTimeout as delay } from 'node:timers/promises'
import { type Program, startProgram } from '../support/child-process.ts'
import { runExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { httpRequest } from '../support/http-get.ts'
import { peerProgram } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startSmallServer } from './bare-node.ts'
import { runScript } from './node-program.ts'
import { ratios, spread } from './statistics.ts'
import { formatSpread, type Report } from './table.ts'

const starts = 10
const patience = 15_000

interface Starter {
  readonly name: string
  /** What is asked until it answers 200; undefined where it is to end by itself. */
  readonly path?: string
  readonly start: (port: number) => Program
}

/** How long a program takes from its start to its first good answer, or to its end. */
export async function measureStartTime(redis: RedisServer): Promise<Report> {
  const starters = createStarters(redis)
  const bareIndex = starters.findIndex(({ path }) => path === undefined)
  const times = starters.map(() => [] as number[])
  for (let round = 0; round < starts; round++)
    for (const [index, starter] of starters.entries()) times[index]?.push(await timeOf(starter))
  return {
    title: 'Start',
    notes: [
      `Milliseconds from spawn to the first answer 200, or to the end, of ${starts} starts in turns, and as`,
      'a multiple of a Node.js process that does nothing.',
    ],
    head: ['', 'ms', 'of node -e 0'],
    rows: starters.map(({ name, path }, index) => [
      path === undefined ? name : `${name}, ${path}`,
      formatSpread(spread(times[index] ?? [])),
      formatSpread(ratios(times[index] ?? [], times[bareIndex] ?? []), 2),
    ]),
  }
}

function createStarters(redis: RedisServer): readonly Starter[] {
  return [
    {
      name: 'ours',
      path: '/ready',
      start: (port) =>
        runExporter({
          env: {
            REDIS_ADDR: redis.url,
            REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}`,
          },
        }),
    },
    {
      name: 'Go exporter',
      path: '/metrics',
      start: (port) =>
        startProgram({
          program: peerProgram,
          args: ['-web.listen-address', `127.0.0.1:${port}`],
          env: { REDIS_ADDR: redis.url },
        }),
    },
    { name: 'bare node:http', path: '/', start: startSmallServer },
    { name: 'node -e 0', start: () => runScript('0') },
  ]
}

async function timeOf({ path, start }: Starter): Promise<number> {
  const port = await freePort()
  const started = performance.now()
  await using program = start(port)
  if (path === undefined) {
    await program.exited
    return performance.now() - started
  }
  const url = `http://127.0.0.1:${port}${path}`
  while (!(await answersWell(url))) {
    if (!program.running() || performance.now() - started > patience)
      throw new Error(`no answer 200 at ${url}:\n${program.output()}`)
    await delay(1)
  }
  return performance.now() - started
}

async function answersWell(url: string): Promise<boolean> {
  return await httpRequest(url).then(
    ({ status }) => status === 200,
    () => false,
  )
}
