import { beforeEach, describe, expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { parseExposition } from '../support/exposition.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { type RecordedPollTask, recordedPollTask } from '../support/recorded-poll-task.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const target = 'redis://localhost:6379'
const tooLarge = redisError('too_large', 'there is no room')

let poller: RecordedPollTask

beforeEach(() => {
  poller = recordedPollTask(target, { showRole: true })
})

const upAs = (role: string) => ({ ...upResult(), role })

const families = ({ store }: RecordedPollTask) => parseExposition(snapshotBytes(store.serve()))

/** The series of redis_up. */
const ups = (of = poller) =>
  families(of)
    .filter(({ name }) => name === 'redis_up')
    .flatMap(({ samples }) =>
      samples.map(({ labels, value }) => `${labels.instance_role} ${value}`),
    )

/** The roles that any series tells. */
const roles = () => {
  const samples = families(poller).flatMap((family) => family.samples)
  // The time that connecting took has none.
  return new Set(samples.flatMap(({ labels }) => labels.instance_role ?? []))
}

describe('where series tell the role of the server', () => {
  test('a server that goes down keeps it, for as long as it is down', async () => {
    await poller.pollWith(upAs('slave'))
    await poller.pollWith(downResult(), 3)

    expect(ups()).toEqual(['slave 0'])
    expect(roles()).toEqual(new Set(['slave']))
  })

  test('nothing but the label is kept of what it told', async () => {
    await poller.pollWith(downResult())
    const names = families(poller).map(({ name }) => name)
    await poller.pollWith(upAs('slave'))
    await poller.pollWith(downResult())

    expect(families(poller).map(({ name }) => name)).toEqual(names)
    expect(poller.store.states()).toMatchObject([{ state: 'down', role: undefined }])
  })

  test('a server that was never up has an empty one', async () => {
    await poller.pollWith(downResult(), 2)

    expect(ups()).toEqual([' 0'])
  })

  test('another role takes the place of the old one in every series at once', async () => {
    await poller.pollWith(upAs('master'))
    await poller.pollWith(upAs('slave'))

    expect(ups()).toEqual(['slave 1'])
    expect(roles()).toEqual(new Set(['slave']))
  })

  test('so does one that it comes back with, and that is the one that it keeps', async () => {
    await poller.pollWith(upAs('master'))
    await poller.pollWith(downResult())
    await poller.pollWith(upAs('slave'))
    expect(ups()).toEqual(['slave 1'])

    await poller.pollWith(downResult())
    expect(ups()).toEqual(['slave 0'])
  })

  test('a server that tells none any more, as a Sentinel does, has none', async () => {
    await poller.pollWith(upAs('master'))
    await poller.pollWith(upAs(''))
    await poller.pollWith(downResult())

    expect(ups()).toEqual([' 0'])
  })

  test('it is kept when no poll ends any more, whether the last one was up or down', async () => {
    await poller.pollWith(upAs('master'))
    poller.clock.advance(45_000)
    expect(ups()).toEqual(['master 0'])

    await poller.pollWith(downResult())
    poller.clock.advance(45_000)
    expect(ups()).toEqual(['master 0'])
  })

  test('what a server told that cannot be held is its role from then on', async () => {
    const refused = recordedPollTask(target, { showRole: true, refuse: () => tooLarge })
    await refused.pollWith(upAs('slave'))

    expect(ups(refused)).toEqual(['slave 0'])
  })
})
