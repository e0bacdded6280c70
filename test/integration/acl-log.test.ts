import { expect, it } from 'vitest'
import { createAclLog } from '../../src/collectors/clients/acl-log.ts'
import { causeDenials } from '../support/acl-denials.ts'
import { eventually } from '../support/eventually.ts'
import { type PolledTarget, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

function aclTarget(redis: RedisServer): PolledTarget {
  return polledTarget(redis.url, { collectors: [createAclLog()] })
}

const kinds = [
  ['auth', 'toplevel'],
  ['command', 'toplevel'],
  ['key', 'toplevel'],
  ['channel', 'toplevel'],
  ['key', 'multi'],
  ['key', 'lua'],
] as const

/** The values of a family for all that causeDenials causes, and of one that it does not. */
async function readKinds(target: PolledTarget, name: string) {
  const value = await pollValues(target)
  const found = kinds.map(([reason, context]) => value(name, { reason, context }))
  expect(value(name, { reason: 'command', context: 'module' })).toBe(0)
  return found
}

const denied = 'redis_acl_log_denied_total'

it('what was denied before the first look is in the log and not counted', async () => {
  await using redis = await startRedis()
  await causeDenials(redis)
  using target = aclTarget(redis)

  expect(await readKinds(target, 'redis_acl_log_entries')).toEqual([1, 1, 1, 1, 1, 1])
  expect(await readKinds(target, denied)).toEqual([0, 0, 0, 0, 0, 0])
  expect((await pollValues(target))('redis_acl_users')).toBe(2)
})

it('denials are counted by reason and context, those that share an entry each', async () => {
  await using redis = await startRedis()
  using target = aclTarget(redis)
  await target.poll()
  await causeDenials(redis)
  expect(await readKinds(target, denied)).toEqual([1, 1, 1, 1, 1, 1])
  await causeDenials(redis)
  await causeDenials(redis)

  expect(await readKinds(target, denied)).toEqual([3, 3, 3, 3, 3, 3])
  expect(await readKinds(target, 'redis_acl_log_entries')).toEqual([1, 1, 1, 1, 1, 1])
})

it('counts go on when the log is cleared', async () => {
  await using redis = await startRedis()
  using target = aclTarget(redis)
  await target.poll()
  await causeDenials(redis)
  await target.poll()
  await redis.client().acl('LOG', 'RESET')

  expect(await readKinds(target, 'redis_acl_log_entries')).toEqual([0, 0, 0, 0, 0, 0])
  expect(await readKinds(target, denied)).toEqual([1, 1, 1, 1, 1, 1])
  await causeDenials(redis)
  expect(await readKinds(target, denied)).toEqual([2, 2, 2, 2, 2, 2])
})

it('counts begin at 0 when the server is restarted, and go on from there', async () => {
  await using redis = await startRedis()
  using target = aclTarget(redis)
  await target.poll()
  await causeDenials(redis)
  await causeDenials(redis)
  expect(await readKinds(target, denied)).toEqual([2, 2, 2, 2, 2, 2])
  await redis.restart()
  await causeDenials(redis)

  await eventually(async () => expect(await readKinds(target, denied)).toEqual([0, 0, 0, 0, 0, 0]))
  await causeDenials(redis)
  expect(await readKinds(target, denied)).toEqual([1, 1, 1, 1, 1, 1])
})

it('a poll with it is one round trip, causes no error, and betrays nothing that was denied', async () => {
  await using redis = await startRedis()
  await causeDenials(redis)
  const errors = (await redis.info('stats')).total_error_replies
  using target = aclTarget(redis)
  await target.poll()
  const result = await target.poll()

  expect(result.roundTrips).toBe(1)
  expect(JSON.stringify(result)).not.toMatch(/secret|tr0ub4dor|limited/)
  expect((await redis.info('stats')).total_error_replies).toBe(errors)
})
