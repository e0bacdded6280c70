import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it.concurrent.each([
  ['a file', (file: string) => ({ REDIS_PASSWORD_FILE: file })],
  ['a command', (file: string) => ({ REDIS_PASSWORD_COMMAND: `cat '${file}'` })],
])('a password that changes in %s is followed, without a refusal', async (_what, env) => {
  await using server = await startRedis()
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'the password')
  const client = server.client()
  await client.call('ACL', 'SETUSER', 'watcher', 'on', '>hunter2', '~*', '+@all')
  await writeFile(file, 'hunter2\n')
  await using exporter = await startExporter({
    env: {
      ...env(file),
      PATH: process.env.PATH,
      REDIS_URL: `redis://watcher:@127.0.0.1:${server.port}`,
      POLL_INTERVAL: '1s',
    },
  })
  const polls = async () =>
    sampleValue(await exporter.metrics(), 'redis_exporter_polls_total', { result: 'up' }) ?? 0
  await eventually(async () => expect(await polls()).toBeGreaterThan(0))

  await writeFile(`${file}.new`, 'hunter3\n')
  // Whoever connects in between has the password of one side, and asks once more for that of the other.
  await client.call('ACL', 'SETUSER', 'watcher', '>hunter3')
  await rename(`${file}.new`, file)
  await client.call('ACL', 'SETUSER', 'watcher', '<hunter2')
  await client.call('CLIENT', 'KILL', 'USER', 'watcher')

  const before = await polls()
  await eventually(async () => expect(await polls()).toBeGreaterThan(before + 1))
  // A poll that the CLIENT KILL of this test met is down as well, as is one that was given no time.
  expect(exporter.logs()).not.toMatch(/WRONGPASS|hunter/)
})

it('a command that fails is told with its exit code, and nothing that it printed is', async () => {
  await using server = await startRedis({ password: 'hunter2' })
  await using exporter = await startExporter({
    args: [
      `--redis.addr=redis://127.0.0.1:${server.port}`,
      '--redis.password-command=sh -c "echo hunter2; echo hunter3 >&2; exit 5"',
      '--poll.interval=1s',
    ],
    env: { PATH: process.env.PATH },
  })
  await exporter.waitForLog('the password command ended with exit code 5')

  const body = (await exporter.get('/metrics')).body
  expect(body).toContain(
    'redis_exporter_last_scrape_error{err="auth: the password command ended with exit code 5"} 1',
  )
  const shown = [exporter.logs(), body, (await exporter.get('/ready')).body]
  expect(shown.join('\n')).not.toMatch(/hunter/)
})

describe.concurrent('a file with the password', () => {
  it.each([
    ['plain', (text: string) => `${text}\n`],
    ['as the Go exporter has it', (text: string, url: string) => JSON.stringify({ [url]: text })],
  ])('is read for each connection, so that a new one is used: %s', async (_form, write) => {
    await using redis = await startRedis({ args: ['--requirepass', 'first'] })
    const client = redis.client()
    await client.auth('first')
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'password')
    await writeFile(file, write('first', redis.url))
    await using exporter = await startExporter({
      args: ['--poll.interval=1s'],
      env: { REDIS_URL: redis.url, REDIS_PASSWORD_FILE: file },
    })
    await exporter.waitForLog('INFO: up')

    await client.config('SET', 'requirepass', 'second')
    await client.call('CLIENT', 'KILL', 'SKIPME', 'yes')
    await exporter.waitForLog('WARN: down')
    await writeFile(file, write('second', redis.url))

    await exporter.waitForLog('up again')
    expect(exporter.logs()).not.toMatch(/first|second"/)
  })
})
