import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { endOfGzip } from '../../src/metrics/encoded-body.ts'
import {
  createJoinedTargets,
  type JoinedTargets,
  type JoinedTargetsOptions,
} from '../../src/poller/joined-targets.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import { checkExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const maximumAge = 45_000

let clock: FakeClock
let store: SnapshotStore
let one: OpenTarget
let two: OpenTarget
let joined: JoinedTargets

beforeEach(async () => {
  clock = fakeClock()
  store = createSnapshotStore(clock)
  one = heldTarget(store, 'one', maximumAge)
  two = heldTarget(store, 'two', maximumAge)
  joined = join('target')
  await poll(one)
  await poll(two)
})

function join(
  targetLabel: string | undefined,
  from: JoinedTargetsOptions['store'] = store,
): JoinedTargets {
  const ownText = (name: string) => `# HELP own it\n# TYPE own gauge\nown{of="${name}"} 1\n`
  return createJoinedTargets({ store: from, targetLabel, ownText, clock })
}

async function poll(open: OpenTarget, result = upResult()): Promise<void> {
  open.publish(await renderSnapshot('redis', result, clock.monotonic(), maximumAge))
}

async function text(...asked: Parameters<JoinedTargets['serve']>): Promise<string> {
  const { prepared } = await joined.serve(...asked)
  return Buffer.concat(prepared.plain()).toString()
}

const ups = async () => [...(await text('plain')).matchAll(/^redis_up.*$/gm)].map(([line]) => line)

test('holds what is known of all targets and what the exporter tells of each, in one sound text', async () => {
  const all = await text('plain')

  expect(checkExposition(all)).toEqual([])
  expect(all).toContain('\nredis_up{target="one"} 1\nredis_up{target="two"} 1\n')
  expect(all).toContain('own{target="one",of="one"} 1\nown{target="two",of="two"} 1\n')
})

test('is the same text as gzip, of which only that is held', async () => {
  const plain = await text('plain')
  const { prepared } = await joined.serve('gzip')
  const gzip = Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.from('end 1\n'))])

  expect(gunzipSync(gzip).toString()).toBe(`${plain}end 1\n`)
  expect(prepared.plain()).toEqual([])
  expect(prepared.plainLength).toBe(Buffer.byteLength(plain))
  expect(prepared.gzipLength).toBe(Buffer.concat(prepared.gzip).length)
})

describe('what was made last', () => {
  test('is served for a second, whatever comes meanwhile', async () => {
    const first = await joined.serve('plain')
    await poll(one, downResult())
    clock.advance(999)

    expect(await joined.serve('plain')).toBe(first)
  })

  test('is followed by another one after that', async () => {
    const first = await joined.serve('plain')
    await poll(one, downResult())
    clock.advance(1_000)
    const second = await joined.serve('plain')

    expect(second.revision).not.toBe(first.revision)
    expect(await ups()).toEqual(['redis_up{target="one"} 0', 'redis_up{target="two"} 1'])
  })

  test('is served for as long as nothing changes', async () => {
    const first = await joined.serve('plain')
    clock.advance(maximumAge)

    expect(await joined.serve('plain')).toBe(first)
  })

  test('is followed by another one when a target becomes too old, without any poll', async () => {
    await joined.serve('plain')
    clock.advance(maximumAge + 1)

    expect(await ups()).toEqual(['redis_up{target="one"} 0', 'redis_up{target="two"} 0'])
  })

  test('shows a target that is closed for a second at most, and one that comes after that', async () => {
    await joined.serve('plain')
    two.close()
    await poll(heldTarget(store, 'three', maximumAge))
    clock.advance(1_000)

    expect(await ups()).toEqual(['redis_up{target="one"} 1', 'redis_up{target="three"} 1'])
  })

  test('is held for each encoding and each choice by itself', async () => {
    const [plain, gzip, some] = await Promise.all([
      joined.serve('plain'),
      joined.serve('gzip'),
      joined.serve('plain', { targets: new Set(['one']) }),
    ])

    expect(new Set([plain, gzip, some]).size).toBe(3)
    expect(await joined.serve('plain', { targets: new Set(['one']) })).toBe(some)
    expect(await joined.serve('gzip')).toBe(gzip)
  })
})

describe('the whole', () => {
  const families = (key: string) => ({ families: { key, has: () => true } })
  const ofOne = (name: string) => ({ targets: new Set([name]) })
  const many = Array.from({ length: 10 }, (_, index) => `narrow-${index}`)

  test.each([
    ['single targets', ofOne],
    ['what some collectors gave', families],
    ['some targets', (name: string) => ({ targets: new Set([...many, `not ${name}`]) })],
  ])('is kept for its second, however many ask for %s meanwhile', async (_what, choice) => {
    const [plain, gzip] = await Promise.all([joined.serve('plain'), joined.serve('gzip')])
    await poll(one, downResult())
    for (const name of many) await joined.serve('plain', choice(name))

    expect(await joined.serve('plain')).toBe(plain)
    expect(await joined.serve('gzip')).toBe(gzip)
  })

  test('keeps nobody waiting who asks for a few targets while it is made', async () => {
    let isAnswered = false
    joined = join('target', {
      changes: store.changes,
      *each(targets) {
        const [first] = store.each()
        if (targets) yield* store.each(targets)
        // It is under way for as long as the test wants.
        else if (first)
          for (let left = 1e6; left > 0 && !isAnswered; left -= 1) yield { ...first, bodies: [] }
      },
    })
    const ended: string[] = []
    const whole = Promise.resolve(joined.serve('plain')).then(() => ended.push('the whole'))
    expect(await text('plain', ofOne('two'))).toContain('redis_up{target="two"} 1\n')
    ended.push('one')
    isAnswered = true
    await whole

    expect(ended).toEqual(['one', 'the whole'])
  })
})

test('of narrow choices so many are kept, and those that were made last', async () => {
  const ofOne = (name: string) => ({ targets: new Set([name]) })
  const first = await joined.serve('plain', ofOne('one'))
  const second = await joined.serve('plain', ofOne('two'))
  for (const name of ['a', 'b', 'c']) await joined.serve('plain', ofOne(name))

  expect(await joined.serve('plain', ofOne('two'))).toBe(second)
  expect(await joined.serve('plain', ofOne('one'))).not.toBe(first)
})

test('all who ask while it is made get the same', async () => {
  const all = [1, 2, 3].map(() => joined.serve('plain'))

  expect(new Set(await Promise.all(all)).size).toBe(1)
})

test('one is made at a time, in the order in which they were asked for', async () => {
  const made: string[] = []
  const ask = async (name: string) => {
    await joined.serve('plain', { targets: new Set([name]) })
    made.push(name)
  }
  await Promise.all([ask('two'), ask('one'), ask('none')])

  expect(made).toEqual(['two', 'one', 'none'])
})

test('what cannot be made rejects, and is tried again with the next who asks', async () => {
  const failing = createJoinedTargets({
    store: {
      changes: () => 1,
      *each() {
        yield* store.each()
        fails.shift()?.()
      },
    },
    targetLabel: 'target',
    ownText: () => '',
    clock,
  })
  const fails = [
    () => {
      throw new Error('no')
    },
  ]

  await expect(failing.serve('plain')).rejects.toThrow('no')
  expect((await failing.serve('plain')).prepared.plainLength).toBeGreaterThan(0)
})

describe('a choice', () => {
  test('of targets leaves the others out', async () => {
    const all = await text('plain', { targets: new Set(['two']) })

    expect(all).toContain('\nredis_up{target="two"} 1\n')
    expect(all).not.toContain('"one"')
  })

  test('of families leaves the others out', async () => {
    const families = { key: 'x', has: (family: string) => family === 'redis_up' }
    const all = await text('plain', { families })

    expect(all.match(/^[^#].*$/gm)).toEqual([
      'redis_up{target="one"} 1',
      'redis_up{target="two"} 1',
    ])
  })

  test('without labels gives the series as they are', async () => {
    const all = await text('plain', { targets: new Set(['two']), withoutLabels: true })

    expect(all).toContain('\nredis_up 1\n')
    expect(all).toContain('\nown{of="two"} 1\n')
  })
})

test('where there is one target alone, its series stay as they are, and nothing is added', async () => {
  two.close()
  joined = join(undefined)
  const lines = (all: string) => all.split('\n').sort()

  expect(lines(await text('plain'))).toEqual(lines(snapshotBytes(store.serve()).toString()))
})
