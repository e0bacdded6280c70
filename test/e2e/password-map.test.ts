import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a map of passwords serves servers that it does not name, and one that wants a password when it is named', async () => {
  await using directory = await temporaryDirectory()
  await using open = await startRedis()
  await using closed = await startRedis({ args: ['--requirepass', 'hunter2'] })
  const file = join(directory.path, 'passwords.json')
  await writeFile(file, '{"redis://elsewhere:6379":"hunter3"}')
  await using exporter = await startExporter({
    args: [`--redis.addr=${open.url},redis://127.0.0.1:${closed.port}`],
    env: { REDIS_PASSWORD_FILE: file, POLL_INTERVAL: '1s' },
  })

  expect(await exporter.waitForLog('has no entry for')).toContain('INFO: --redis.password-file')
  expect(await exporter.waitForLog('down: ')).toContain(
    'down: the server asks for a password (NOAUTH); the password file has no entry for this server and user',
  )
  await writeFile(file, JSON.stringify({ [`redis://127.0.0.1:${closed.port}`]: 'hunter2' }))

  await exporter.waitForLog('up again')
  expect(exporter.logs().match(/down: /g)).toHaveLength(1)
})
