import { readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Program, startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { parseExposition, sampleValue } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { httpRequest } from '../support/http-get.ts'
import { startRedis } from '../support/redis-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('make run shows a Redis at work and the three addresses to open', async () => {
  const port = await freePort()
  await using demonstration = runDemonstration(port)

  await demonstration.waitForLine(`http://127.0.0.1:${port}/ready`)

  expect(demonstration.output()).toContain(`  http://127.0.0.1:${port}/\n`)
  expect(demonstration.output()).toContain(`  http://127.0.0.1:${port}/metrics\n`)
  await eventually(async () => {
    expect(await metric(port, 'redis_up')).toBe(1)
  })
  const before = await metric(port, 'redis_commands_processed_total')
  await eventually(async () => {
    expect(await metric(port, 'redis_commands_processed_total')).toBeGreaterThan(before ?? 0)
  })
})

test.each([['SIGINT'], ['SIGTERM']] as const)(
  'make run leaves nothing behind when %s comes, were it three times',
  async (signal) => {
    const before = demonstrationFolders()
    const port = await freePort()
    await using demonstration = runDemonstration(port)
    await demonstration.waitForLine(`http://127.0.0.1:${port}/ready`)
    const children = childrenOf(demonstration.pid)
    expect(children.map(nameOf)).toContain('redis-server')
    expect(demonstrationFolders()).toHaveLength(before.length + 1)

    for (let times = 0; times < 3; times++) {
      demonstration.signal(signal)
    }

    expect(await demonstration.exited).toEqual({ code: 0, signal: null })
    // The transpiler that ran the demonstration needs a moment to notice.
    await eventually(() => expect(children.filter(isRunning)).toEqual([]))
    expect(demonstrationFolders()).toEqual(before)
  },
)

test('make run takes its children along when it is killed', async () => {
  const port = await freePort()
  const before = demonstrationFolders()
  await using demonstration = runDemonstration(port)
  await demonstration.waitForLine(`http://127.0.0.1:${port}/ready`)
  const children = childrenOf(demonstration.pid)
  const folders = demonstrationFolders().filter((folder) => !before.includes(folder))

  await demonstration.kill()

  await eventually(() => {
    expect(children.filter(isRunning)).toEqual([])
  })
  // Nobody was left to remove it; it is empty.
  for (const folder of folders) {
    rmdirSync(`${root}bin/${folder}`)
  }
})

test('make run fails with the message of the exporter when the port is in use', async () => {
  const before = demonstrationFolders()
  await using server = await startRedis()
  await using demonstration = runDemonstration(server.port)

  const { code } = await demonstration.exited

  expect(code).toBe(1)
  expect(demonstration.output()).toContain(`cannot listen on 127.0.0.1:${server.port}`)
  expect(demonstrationFolders()).toEqual(before)
})

test('make run watches the server of REDIS_URL and starts none of its own', async () => {
  await using server = await startRedis({ password: 'of-the-test' })
  const port = await freePort()
  await using demonstration = runDemonstration(port, { REDIS_URL: server.url })

  await demonstration.waitForLine(`http://127.0.0.1:${port}/ready`)

  await eventually(async () => {
    expect(await metric(port, 'redis_up')).toBe(1)
  })
  expect(childrenOf(demonstration.pid).map(nameOf)).not.toContain('redis-server')
  expect(demonstration.output()).not.toContain('of-the-test')
})

/** The recipe of `make run`, without the build in front of it. */
function runDemonstration(port: number, env: Readonly<Record<string, string>> = {}): Program {
  return startProgram({
    program: process.execPath,
    args: ['--import', 'tsx', 'test/demo/run.ts'],
    directory: root,
    env: {
      REDIS_SERVER: process.env.REDIS_SERVER,
      REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      POLL_INTERVAL: '1s',
      TSX_DISABLE_CACHE: '1',
      ...env,
    },
    stopWithin: 15_000,
  })
}

async function metric(port: number, name: string): Promise<number | undefined> {
  const { body } = await httpRequest(`http://127.0.0.1:${port}/metrics`)
  return sampleValue(parseExposition(body), name)
}

function demonstrationFolders(): readonly string[] {
  return readdirSync(`${root}bin`).filter((name) => name.startsWith('demonstration-'))
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusOf(pid).includes(`\nPPid:\t${parent}\n`))
}

function nameOf(pid: number): string | undefined {
  return /^Name:\t(.*)$/m.exec(statusOf(pid))?.[1]
}

/** A process that has ended stays in the table until its new parent takes notice. */
function isRunning(pid: number): boolean {
  const status = statusOf(pid)
  return status !== '' && !/^State:\s+Z/m.test(status)
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
