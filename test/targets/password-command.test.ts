import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  createPasswordCommands,
  environmentOfCommands,
  type PasswordCommandOptions,
} from '../../src/targets/password-command.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const env = { PATH: process.env.PATH, REDIS_PASSWORD: 'hunter2' }

/** What a shell prints that runs a text. */
function printed(text: string, options: Partial<PasswordCommandOptions> = {}): Promise<string> {
  const run = createPasswordCommands({ env, ...options })
  return run({ program: 'sh', args: ['-c', text] })
}

describe('the password is', () => {
  test.each([
    ['what is printed', 'printf hunter2', 'hunter2'],
    ['without the line break at its end', 'echo hunter2', 'hunter2'],
    ['without that of other systems', "printf 'hunter2\\r\\n'", 'hunter2'],
    ['with all others', "printf '\\nhunter2\\n\\n'", '\nhunter2\n'],
    ['a text in UTF-8', "printf 'h\\303\\274nter'", 'hünter'],
    ['what is no text', "printf 'p\\377\\303w'", 'p\udcff\udcc3w'],
    ['apart from what stands on the standard error', 'echo oops >&2; echo hunter2', 'hunter2'],
  ])('%s', async (_case, text, expected) => {
    expect(await printed(text)).toBe(expected)
  })
})

describe('a command fails, and shows nothing of what it printed, when it', () => {
  test.each([
    ['ends with an exit code', 'echo hunter2; exit 3', 'ended with exit code 3'],
    ['is ended by a signal', 'echo hunter2; kill -9 $$', 'was ended by SIGKILL'],
    ['prints nothing', 'true', 'printed nothing'],
    ['prints a line break alone', 'echo', 'printed nothing'],
    ['prints without end', 'yes hunter2', 'printed more than 65536 bytes'],
  ])('%s', async (_case, text, expected) => {
    await expect(printed(text)).rejects.toMatchObject({
      name: 'LoginFailure',
      message: `the password command ${expected}`,
    })
  })

  test('is not there', async () => {
    const run = createPasswordCommands({ env })

    await expect(run({ program: '/no/such/hunter2', args: [] })).rejects.toMatchObject({
      message: 'the password command cannot be run (ENOENT)',
    })
  })

  test('has more arguments than fit', async () => {
    const run = createPasswordCommands({ env })

    await expect(run({ program: 'sh', args: ['a'.repeat(3_000_000)] })).rejects.toMatchObject({
      message: 'the password command cannot be run (E2BIG)',
    })
  })

  test('does not end in time, and ends with all that it started', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'pid')
    const text = `sleep 600 & echo $! > ${file}; echo hunter2; wait`

    await expect(printed(text, { timeoutMilliseconds: 500 })).rejects.toMatchObject({
      message: 'the password command did not end within 0.5 s',
    })
    const child = Number(await readFile(file, 'utf8'))
    await eventually(() => expect(() => process.kill(child, 0)).toThrow())
  })
})

test('a command has no input to wait for', async () => {
  expect(await printed('cat; echo done')).toBe('done')
})

test('who asks for a command while it runs gets what that run gives, and the next a new one', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'runs')
  await writeFile(file, '')
  const run = createPasswordCommands({ env })
  const call = { program: 'sh', args: ['-c', `echo x >> ${file}; sleep 0.2; wc -l < ${file}`] }

  const together = await Promise.all([run(call), run({ ...call }), run(call)])
  expect(together.map((text) => text.trim())).toEqual(['1', '1', '1'])
  expect((await run(call)).trim()).toBe('2')
})

test('a run that failed is run again', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'password')
  const run = createPasswordCommands({ env })
  const call = { program: 'cat', args: [file] }

  await expect(run(call)).rejects.toThrow('ended with exit code 1')
  await writeFile(file, 'hunter2\n')
  expect(await run(call)).toBe('hunter2')
})

test('a command sees nothing of our environment but what programs and clouds go by', async () => {
  const passed = {
    ...{ PATH: '/bin', HOME: '/root', AWS_ROLE_ARN: 'a', GOOGLE_APPLICATION_CREDENTIALS: 'b' },
    ...{ https_proxy: 'c', KUBERNETES_SERVICE_HOST: 'd', SSL_CERT_FILE: 'e' },
  }
  const kept = { REDIS_PASSWORD: 'hunter2', REDIS_URL: 'x', REDIS_EXPORTER_DEBUG: '1', MY_KEY: 'y' }

  expect(environmentOfCommands({ ...passed, ...kept })).toEqual(passed)
  expect(await printed('echo "[$REDIS_PASSWORD]"')).toBe('[]')
})
