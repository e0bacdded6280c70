import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { polledTarget } from '../support/polled-target.ts'
import { startRedis, unixSocketOf } from '../support/redis-server.ts'

// The dash lets Redis start on a machine without IPv6, such as many a container.
const bothLoopbacks = ['--bind', '127.0.0.1', '-::1']
const hasIpv6 = (networkInterfaces().lo ?? []).some(({ address }) => address === '::1')

describe('a password in the address as it is, not encoded', () => {
  for (const password of ['a@b', 'a/b', 'a#b', 'a?b', 'a%b', 'a:b', '@/#?%41:', ':', '%zz']) {
    it(`lets us in when it is ${password}`, async () => {
      await using redis = await startRedis({ password })

      expect(await whyDown(`redis://:${password}@127.0.0.1:${redis.port}`)).toBeUndefined()
    })
  }

  it('lets us in beside the name of a user', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', '>s@/#?%41:t', '+@all'],
    })
    const url = `redis://watcher:s@/#?%41:t@127.0.0.1:${redis.port}`

    expect(await whyDown(url)).toBeUndefined()
  })
})

describe('a password', () => {
  it('lets us in when the address holds it percent-encoded', async () => {
    await using redis = await startRedis({ password: 'a@b:c/d' })

    expect(redis.url).toContain('a%40b%3Ac%2Fd')
    expect(await whyDown(redis.url)).toBeUndefined()
  })

  it('lets us in when it is given on its own', async () => {
    await using redis = await startRedis({ password: 'tr0ub4dor' })
    const url = `redis://127.0.0.1:${redis.port}`

    expect(await whyDown(url, { password: 'tr0ub4dor' })).toBeUndefined()
  })

  it('lets us in when it is given on its own with the name of a user', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', '>tr0ub4dor', '+@all', '--requirepass', 'another'],
    })
    const url = `redis://127.0.0.1:${redis.port}`

    expect(await whyDown(url, { user: 'watcher', password: 'tr0ub4dor' })).toBeUndefined()
  })

  it('does no harm when nobody asks for it', async () => {
    await using redis = await startRedis()

    expect(await whyDown(`redis://:tr0ub4dor@127.0.0.1:${redis.port}`)).toBeUndefined()
  })

  it('keeps us out when it is wrong in its last character', async () => {
    await using redis = await startRedis({ password: 'a@b' })

    const reason = await whyDown(`redis://:a@c@127.0.0.1:${redis.port}`)

    expect(reason).toBe('wrong user name or password (WRONGPASS)')
  })
})

describe('a server', () => {
  it('is found on its unix socket', async () => {
    await using redis = await startRedis({ unixSocket: true, password: 'tr0ub4dor' })

    expect(await whyDown(`unix://:tr0ub4dor@${unixSocketOf(redis)}`)).toBeUndefined()
  })

  it('is found on the loopback of IPv6, where the machine has one', async () => {
    await using redis = await startRedis({ args: bothLoopbacks })

    for (const url of [`redis://[::1]:${redis.port}`, `[::1]:${redis.port}/3`]) {
      expect((await whyDown(url)) ?? 'up').toMatch(hasIpv6 ? /^up$/ : /^no connection \(E/)
    }
  })

  it('is found by the name localhost, whichever loopback it listens on', async () => {
    await using onIpv4 = await startRedis()
    await using onBoth = await startRedis({ args: bothLoopbacks })

    expect(await whyDown(`redis://localhost:${onIpv4.port}`)).toBeUndefined()
    expect(await whyDown(`valkey://localhost:${onBoth.port}`)).toBeUndefined()
  })

  it('is found by host and port alone', async () => {
    await using redis = await startRedis()

    expect(await whyDown(`127.0.0.1:${redis.port}`)).toBeUndefined()
  })

  it('is down when its name does not exist, and the name is not told', async () => {
    expect(await whyDown('redis://no-such-host.invalid:6379')).toMatch(
      /^no connection \((ENOTFOUND|EAI_AGAIN)\)$/,
    )
  })
})

/** The message of the first poll's failure; undefined when the server is up. */
async function whyDown(
  url: string,
  options: Parameters<typeof polledTarget>[1] = {},
): Promise<string | undefined> {
  using target = polledTarget(url, options)
  const { error } = await target.poll()
  return error?.message
}
