import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogin, type LoginSettings } from '../../src/config/login-settings.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { createPasswordCommands } from '../../src/targets/password-command.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { type PolledTarget, polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let server: RedisServer
let directory: TemporaryDirectory
let file: string
const targets: PolledTarget[] = []

beforeEach(async () => {
  server = await startRedis()
  directory = await temporaryDirectory()
  file = join(directory.path, 'password')
  await server.client().call('ACL', 'SETUSER', 'watcher', 'on', '>first', '~*', '+@all')
  await writeFile(file, 'first\n')
})

afterEach(async () => {
  for (const target of targets.splice(0)) target[Symbol.dispose]()
  await server.stop()
  await directory[Symbol.asyncDispose]()
})

/** The login of the user whose password changes. */
function loginBy(settings: Pick<Partial<LoginSettings>, 'passwordFile' | 'passwordCommand'>) {
  const address = parseAddress(`redis://watcher:@127.0.0.1:${server.port}`)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const none = { user: undefined, password: undefined }
  return createLogin(
    { address, ...none, passwordFile: undefined, passwordCommand: undefined, ...settings },
    {
      readFile: (path) => readFile(path, 'utf8'),
      runCommand: createPasswordCommands({ env: process.env }),
    },
  )
}

function watched(
  settings: Parameters<typeof loginBy>[0] = { passwordFile: file },
  overSocket = false,
  timeout = 10_000,
): PolledTarget {
  const target = polledTarget(server.url, {
    login: loginBy(settings),
    timeout,
    ...(overSocket ? { connect: createSocketConnection } : {}),
  })
  targets.push(target)
  return target
}

/** Gives the user another password, as those do who rotate one; clients go on unless they are ended. */
async function rotate(password: string, ends = true): Promise<void> {
  const client = server.client()
  await client.call('ACL', 'SETUSER', 'watcher', 'resetpass', `>${password}`)
  if (ends) await client.call('CLIENT', 'KILL', 'USER', 'watcher')
}

async function replaceFile(text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

/** The numbers of the connections that the user has, each of which is new for a new connection. */
async function connectionsOfUser(): Promise<readonly string[]> {
  const lines = String(await server.client().call('CLIENT', 'LIST')).split('\n')
  return lines
    .filter((line) => line.includes(' user=watcher '))
    .map((line) => line.split(' ')[0] ?? '')
}

const fail = (message: string) => ({ reason: 'auth', message })
const wrong = fail('wrong user name or password (WRONGPASS)')

describe.each([
  ['ioredis', false],
  ['a socket', true],
])('over %s', (_over, overSocket) => {
  it('a password that changes in a file that is replaced is used with the next poll', async () => {
    const target = watched({ passwordFile: file }, overSocket)
    expect((await target.poll()).error).toBeUndefined()

    await rotate('second')
    await replaceFile('second\n')

    expect((await target.poll()).error).toBeUndefined()
  })

  it('a password that changes between the file and the login is tried again at once', async () => {
    let reads = 0
    const login = loginBy({ passwordFile: file })
    const target = polledTarget(server.url, {
      login: {
        ...login,
        async read() {
          const credentials = await login.read()
          if (++reads === 1) {
            await rotate('second')
            await replaceFile('second')
          }
          return credentials
        },
      },
      ...(overSocket ? { connect: createSocketConnection } : {}),
    })
    targets.push(target)

    expect((await target.poll()).error).toBeUndefined()
    expect(reads).toBe(2)
  })

  it('the output of a command that changes is used with the next connection', async () => {
    const passwordCommand = { program: 'cat', args: [file] }
    const target = watched({ passwordCommand }, overSocket)
    expect((await target.poll()).error).toBeUndefined()

    await rotate('second')
    await replaceFile('second\n')

    expect((await target.poll()).error).toBeUndefined()
  })
})

it('a password that changes while the connection lives is not noticed, and the connection is kept', async () => {
  const target = watched()
  await target.poll()
  const before = await connectionsOfUser()
  await rotate('second', false)

  expect((await target.poll()).error).toBeUndefined()
  expect(before).toHaveLength(1)
  expect(await connectionsOfUser()).toEqual(before)
})

it('a target is down for as long as the server has another password than the file', async () => {
  const target = watched()
  await target.poll()
  await rotate('second')

  expect((await target.poll()).error).toMatchObject(wrong)
  await replaceFile('second')
  expect((await target.poll()).error).toBeUndefined()
})

it('the files of a volume of Kubernetes are followed, which swaps a symbolic link to their folder', async () => {
  const volume = kubernetesVolume(join(directory.path, 'volume'))
  await volume.publish({ password: 'first' })
  const target = watched({ passwordFile: volume.path('password') })
  expect((await target.poll()).error).toBeUndefined()

  await rotate('second')
  await volume.publish({ password: 'second' })

  expect((await target.poll()).error).toBeUndefined()
})

describe('a file that is half written', () => {
  it('counts for what it held before where it is empty, and the server has that still', async () => {
    const target = watched()
    await target.poll()
    await writeFile(file, '')
    await server.client().call('CLIENT', 'KILL', 'USER', 'watcher')

    expect((await target.poll()).error).toBeUndefined()
  })

  it('costs the polls until it is whole where it has a part of the password', async () => {
    const target = watched()
    await target.poll()
    await rotate('second')
    await writeFile(file, 'sec')

    expect((await target.poll()).error).toMatchObject(wrong)
    await writeFile(file, 'second')
    expect((await target.poll()).error).toBeUndefined()
  })

  it('counts for what it held before where it is a part of a JSON object', async () => {
    const text = JSON.stringify({ [`redis://watcher@127.0.0.1:${server.port}`]: 'first' })
    await writeFile(file, text)
    const target = watched()
    expect((await target.poll()).error).toBeUndefined()
    await writeFile(file, text.slice(0, -3))
    await server.client().call('CLIENT', 'KILL', 'USER', 'watcher')

    expect((await target.poll()).error).toBeUndefined()
  })
})

it('a file that is not there yet makes the target down, until it is', async () => {
  const target = watched({ passwordFile: `${file}.later` })
  const gone = fail('the password file cannot be read (ENOENT)')

  expect((await target.poll()).error).toMatchObject(gone)
  await writeFile(`${file}.later`, 'first')
  expect((await target.poll()).error).toBeUndefined()
})

it('a command that fails makes the target down, and nothing of what it printed is told', async () => {
  const target = watched({
    passwordCommand: { program: 'sh', args: ['-c', 'echo first; echo hunter2 >&2; exit 4'] },
  })

  expect((await target.poll()).error).toMatchObject(
    fail('the password command ended with exit code 4'),
  )
})

it('a command that takes longer than a poll fails it in time, and is waited for by the next ones', async () => {
  const passwordCommand = { program: 'sh', args: ['-c', 'sleep 2; echo first'] }
  const target = watched({ passwordCommand }, false, 800)

  expect((await target.poll()).error).toMatchObject(fail('the password was not there in time'))
  const errors: unknown[] = []
  do errors.push((await target.poll()).error?.reason)
  while (errors.at(-1) && errors.length < 20)

  expect(errors.at(-1)).toBeUndefined()
})

it('two targets with the same command that connect at the same time share its run', async () => {
  const runs = join(directory.path, 'runs')
  const passwordCommand = {
    program: 'sh',
    args: ['-c', `echo x >> ${runs}; sleep 0.5; cat ${file}`],
  }
  const readers = {
    readFile: (path: string) => readFile(path, 'utf8'),
    runCommand: createPasswordCommands({ env: process.env }),
  }
  const address = parseAddress(`redis://watcher:@127.0.0.1:${server.port}`)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const settings = { address, user: undefined, password: undefined, passwordFile: undefined }
  const both = [1, 2].map(() =>
    polledTarget(server.url, { login: createLogin({ ...settings, passwordCommand }, readers) }),
  )
  targets.push(...both)

  const results = await Promise.all(both.map((target) => target.poll()))

  expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
  expect(await readFile(runs, 'utf8')).toBe('x\n')
})
