import { describe, expect, test } from 'vitest'
import { sample } from '../../src/metrics/metric.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { downResult, runOf, upResult } from '../support/poll-results.ts'
import { keySize, maximumAge, type SlowStore, slowStore } from '../support/slow-store.ts'

describe('the walk of another run of the server', () => {
  const other = async ({ open, resultOf }: SlowStore) =>
    open.publishSlow('keys', await resultOf(ofA, 'second'))
  const ofA = [sample(keySize, 6, { key: 'a' })]
  const upAs = (run: string, role = 'master') => ({ ...upResult(), run: runOf(run), role })

  test('goes with the very snapshot that tells of that run, and does not come back', async () => {
    const { poll, keyWalk, text } = slowStore()
    await poll()
    await keyWalk()
    expect(text()).toContain('redis_key_size{key="a"} 5\n')

    await poll(upAs('second'))
    expect(text()).not.toContain('key="a"')
    await poll(upAs('first'))
    expect(text()).not.toContain('key="a"')
  })

  test('that is newer waits for the poll that meets it', async () => {
    const slow = slowStore()
    const { poll, text } = slow
    await poll()
    await other(slow)
    expect(text()).not.toContain('key="a"')

    await poll(upAs('second'))
    expect(text()).toContain('redis_key_size{key="a"} 6\n')
  })

  test('that comes too late is never served', async () => {
    const slow = slowStore()
    const { poll, text } = slow
    await poll(upAs('third'))
    await other(slow)
    expect(text()).not.toContain('key="a"')
    await poll(upAs('third'))
    await poll(upAs('second'))

    expect(text()).not.toContain('key="a"')
  })

  test('stays while the target is down, and is served when that run is up again', async () => {
    const { poll, keyWalk, text } = slowStore()
    await poll()
    await keyWalk()
    await poll(downResult())
    expect(text()).not.toContain('key="a"')
    await poll()

    expect(text()).toContain('redis_key_size{key="a"} 5\n')
  })

  test('is that of another role where all series tell the role', async () => {
    const { clock, open, resultOf, text } = slowStore()
    const publish = async (role: string) =>
      open.publish(
        await renderSnapshot('redis', upAs('first', role), clock.monotonic(), maximumAge, {
          showRole: true,
        }),
      )
    await publish('slave')
    open.publishSlow('keys', await resultOf(ofA, 'first', 'slave'))
    expect(text()).toContain('key="a"')

    await publish('master')
    expect(text()).not.toContain('key="a"')
  })
})
