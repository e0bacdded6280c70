import { expect, test } from 'vitest'
import { createWatched } from '../../src/fleet/watched-target.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const source = (name: string, ...addresses: readonly string[]) => ({
  name,
  wanted: () => addresses.map((address) => wantedTarget(address, {})),
})

test('tells the first source that wants a target, and when its next poll is due', async () => {
  const clock = fakeClock()
  const watched = await createWatched({
    sources: [source('addresses', 'redis://a:1'), source('file', 'redis://a:1', 'redis://b:2')],
    schedule: { due: (name) => (name === 'cache' ? clock.monotonic() + 4_000 : undefined) },
    clock,
  })()

  expect(watched({ target: 'redis://a:1', address: 'redis://a:1' })).toEqual({
    source: 'addresses',
    nextPoll: undefined,
  })
  expect(watched({ target: 'cache', address: 'redis://b:2' })).toEqual({
    source: 'file',
    nextPoll: clock.wall() + 4_000,
  })
  expect(watched({ target: 'gone', address: 'redis://c:3' })).toEqual({
    source: undefined,
    nextPoll: undefined,
  })
})
