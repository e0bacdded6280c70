import type { RedisServer } from './redis-process.ts'

/** What the server keeps of these in its log, and what must be seen nowhere. */
export const deniedKey = 'secret-key'
export const deniedUser = 'tr0ub4dor'

/**
 * Has the server deny something of each kind, each once: a login, a command, a key and a channel,
 * a key within MULTI and within a script.
 */
export async function causeDenials(server: RedisServer): Promise<void> {
  const rules = ['on', 'nopass', 'resetchannels', '~open', '-@all', '+@all', '-set']
  await server.client().call('ACL', 'SETUSER', 'limited', ...rules)
  const client = server.client()
  // A password that was typed as a user name.
  await client.call('AUTH', deniedUser, 'wrong').catch(() => {})
  await client.call('AUTH', 'limited', 'any')
  const denied = async (...[name, ...words]: [string, ...string[]]) =>
    await client.call(name, ...words).catch(() => {})
  await denied('SET', 'open', '1')
  await denied('GET', deniedKey)
  await denied('PUBLISH', 'secret-channel', 'x')
  await client.call('MULTI')
  await denied('GET', deniedKey)
  await client.call('DISCARD')
  await denied('EVAL', `return redis.call('GET', '${deniedKey}')`, '0')
  client.disconnect()
}
