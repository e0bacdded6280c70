import { describe, expect, it } from 'vitest'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { answers } from '../support/peer-behaviours.ts'
import { polledTarget } from '../support/polled-target.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'

const password = 'tr0ub4dor'
const info = resp.bulk('# Server\r\nredis_version:5.0.14\r\nrun_id:of-the-peer\r\n')

/** Redis 5 with a password; AUTH takes one word there. */
function redis5() {
  return answers(([name = '', ...words]) => {
    if (name === 'INFO') return info
    if (name !== 'AUTH') return resp.error(`ERR unknown command '${name}'`)
    if (words.length > 1) return resp.error("ERR wrong number of arguments for 'auth' command")
    return words[0] === password ? resp.simple('OK') : resp.error('ERR invalid password')
  })
}

describe.each([
  ['ioredis', (...how: Parameters<typeof createConnect>) => createConnect(...how)()],
  ['a socket', createSocketConnection],
])('over %s, Redis 5', (_way, connect) => {
  it('lets the user default in by the password alone', async () => {
    await using peer = await startPeer(redis5())
    using target = polledTarget(peer.url, { user: 'default', password, connect })

    const { error, server } = await target.poll()

    expect({ error, server }).toEqual({ error: undefined, server: 'Redis 5.0.14' })
  })

  it.each([
    [
      'watcher',
      password,
      'the server knows no user names (Redis before 6): give the password alone',
    ],
    ['default', 'another', 'wrong user name or password'],
    ['default', 'another\n', 'wrong user name or password; the password ends in a line break'],
  ])('says what is wrong with the user %s and the password %j', async (user, word, message) => {
    await using peer = await startPeer(redis5())
    using target = polledTarget(peer.url, { user, password: word, connect })

    const { error } = await target.poll()

    expect(error).toMatchObject({ reason: 'auth', message })
  })
})
