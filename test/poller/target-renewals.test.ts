import { beforeEach, describe, expect, test } from 'vitest'
import type { TargetTasks } from '../../src/poller/target-tasks.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { type AroundTasks, aroundTasks, runAll, target } from '../support/around-tasks.ts'
import { parseExposition, sampleValue } from '../support/exposition.ts'

let around: AroundTasks

beforeEach(() => {
  around = aroundTasks()
})

describe('a connection that is of age and cannot be renewed', () => {
  const flags = ['--check-keys=key:*', '--script=some.lua']
  const failed = async () => {
    const name = 'redis_exporter_connection_renewals_failed_total'
    return sampleValue(parseExposition(await around.ownMetrics.render()), name, { reason: 'auth' })
  }

  /** Has all connections to the server come of age, and refuses new ones. */
  async function aged(): Promise<TargetTasks> {
    const tasks = around.tasksOf(flags, ['scripts'])
    await runAll(tasks)
    around.clock.advance(600_000)
    around.connectBy(() => Promise.reject(redisError('auth', 'wrong user name or password')))
    return tasks
  }

  test('is counted and told of, whatever runs over it, and what is served goes on', async () => {
    const tasks = await aged()
    const { length } = around.log.shown()
    const before = Number(await failed())
    await runAll(tasks)

    expect(await failed()).toBe(before + 3)
    expect(around.served()('redis_up')).toBe(1)
    expect(around.log.shown().slice(length)).toMatchObject(
      ['scan', 'slow poll', 'poll'].map((connection) => ({
        level: 'warn',
        target,
        connection,
        reason: 'auth',
      })),
    )
  })

  test('is told of again when it was renewed', async () => {
    const tasks = await aged()
    await runAll(tasks)
    const { length } = around.log.shown()
    around.connectBy()
    around.clock.advance(60_000)
    await runAll(tasks)

    expect(
      around.log
        .shown()
        .slice(length)
        .map(({ msg }) => msg),
    ).toEqual(Array.from({ length: 3 }, () => 'renewing the connection works again'))
  })

  test('is nothing to tell of where the target is stopped meanwhile', async () => {
    const tasks = await aged()
    around.connectBy(() => new Promise(() => {}))
    const under = tasks.tasks.map(({ run }) => run())
    const { length } = around.log.lines
    tasks.stop()
    await Promise.all(under)

    expect(around.log.lines).toHaveLength(length)
    expect(await failed()).toBeUndefined()
  })
})
