import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLogin, type LoginSettings } from '../../src/config/login-settings.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { listenTo } from '../../src/redis/subscription.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { textOfBytes } from '../../src/targets/any-bytes.ts'
import { createPasswordCommands } from '../../src/targets/password-command.ts'
import type { Login } from '../../src/targets/wanted-target.ts'
import { eventually } from '../support/eventually.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const password = Buffer.from('p\xff\xfe\xe9w', 'latin1')
const user = Buffer.from('w\xe9r', 'latin1')

let server: RedisServer
let directory: TemporaryDirectory

beforeAll(async () => {
  server = await startRedis()
  directory = await temporaryDirectory()
  const client = server.client()
  await client.call('CONFIG', 'SET', 'requirepass', password)
  const given = Buffer.concat([Buffer.from('>'), password])
  await client.call('ACL', 'SETUSER', user, 'on', given, '~*', '&*', '+@all')
})

afterAll(async () => {
  await server?.stop()
  await directory?.[Symbol.asyncDispose]()
})

type Settings = Pick<Partial<LoginSettings>, 'passwordFile' | 'passwordCommand'>

function addressWith(userPart: string) {
  const address = parseAddress(`redis://${userPart}127.0.0.1:${server.port}`)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  return address
}

function loginBy(userPart: string, settings: Settings = {}): Login {
  const none = { user: undefined, password: undefined, passwordCommand: undefined }
  return createLogin(
    { address: addressWith(userPart), ...none, passwordFile: undefined, ...settings },
    {
      readFile: async (path) => textOfBytes(await readFile(path)),
      runCommand: createPasswordCommands({ env: process.env }),
    },
  )
}

async function fileOf(name: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const path = join(directory.path, name)
  await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part))))
  return path
}

const ways: readonly (readonly [way: string, login: () => Promise<Login> | Login])[] = [
  ['an address', () => loginBy(':p%FF%FE%E9w@')],
  ['an address, with a user', () => loginBy('w%E9r:p%FF%FE%E9w@')],
  ['a file', async () => loginBy('', { passwordFile: await fileOf('plain', password, '\n') })],
  [
    'a file of addresses',
    async () => {
      const own = `{"redis://w%E9r@127.0.0.1:${server.port}":"`
      return loginBy('w%E9r:@', { passwordFile: await fileOf('map', own, password, '"}') })
    },
  ],
  [
    'a command',
    async () => {
      const path = await fileOf('printed', password)
      return loginBy('', { passwordCommand: { program: 'cat', args: [path] } })
    },
  ],
]

describe.each(ways)('a password that is no UTF-8, of %s,', (_way, login) => {
  it.each([
    ['ioredis', {}],
    ['a socket', { connect: createSocketConnection }],
  ])('is taken over %s', async (_over, how) => {
    using target = polledTarget(server.url, { ...how, login: await login(), collectors: [] })

    expect((await target.poll()).error).toBeUndefined()
  })

  it('is taken from who listens', async () => {
    const { endpoint } = addressWith('')
    const listened = { endpoint, login: await login(), settings: {}, channels: ['a'] }
    const heard: string[] = []
    const { close } = listenTo(listened, {
      onReady: () => heard.push('ready'),
      onMessage: () => undefined,
      onEnd: ({ message }) => heard.push(message),
    })

    await eventually(() => expect(heard).not.toEqual([]))
    close()
    expect(heard[0]).toBe('ready')
  })
})
