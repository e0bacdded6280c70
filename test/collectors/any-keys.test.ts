import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { biggestKeys } from '../../src/collectors/keys/biggest-keys.ts'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkSingleKeys } from '../../src/collectors/keys/check-single-keys.ts'
import { checkSingleStreams } from '../../src/collectors/keys/check-single-streams.ts'
import { checkStreams } from '../../src/collectors/keys/check-streams.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import type { Command } from '../../src/redis/command.ts'
import { fromErrorReply, isRedisError } from '../../src/redis/redis-error.ts'
import { anyReply } from '../support/arbitrary-server.ts'
import { undeclared } from '../support/declared.ts'
import { checkExposition } from '../support/exposition.ts'
import { type Answer, fakePoll } from '../support/fake-poll.ts'
import { keyCollectors } from '../support/registry.ts'
import { walkOf } from '../support/tiny-walk.ts'

vi.setConfig({ testTimeout: 60_000 })

const keys = ['a', 'b', '\xff', 'd"\n', 'e'].map((pattern) => ({ database: 0, pattern }))
const single = { checkSingleKeys: keys, checkSingleStreams: keys }
const binary = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
})
const pairs = fc
  .array(
    fc.tuple(
      fc.constantFrom('name', 'length', 'lag', 'idle', 'pending', 'first-entry', 'entries-added'),
      fc.oneof(anyReply, binary, fc.nat()),
    ),
  )
  .map((list) => list.flat())

/** What a server may answer to commands about keys, in whatever order. */
const answers = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: anyReply },
    { weight: 2, arbitrary: fc.nat() },
    { weight: 2, arbitrary: binary },
    { weight: 2, arbitrary: pairs },
    { weight: 2, arbitrary: fc.array(pairs, { maxLength: 3 }) },
    fc.constantFrom<Answer[]>(
      ...['NOPERM no', 'NOPERM access key', 'MOVED 1 a:1', 'LOADING', 'ERR'].map(fromErrorReply),
    ),
  ),
  { minLength: 1, maxLength: 20 },
)
const types = fc.array(fc.constantFrom('string', 'list', 'stream', 'none', 'ReJSON-RL'), {
  minLength: 1,
})

test('whatever a server answers, keys and streams give what is declared or fail with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(types, answers, async (kinds, others) => {
      let asked = 0
      const replies = ([name]: Command): Answer => {
        asked += 1
        const list = name === 'TYPE' && asked % 7 > 0 ? kinds : others
        return list[asked % list.length] ?? null
      }
      for (const collector of [checkSingleKeys, checkSingleStreams]) {
        const collecting = collector.collect(fakePoll({ settings: single, replies }))
        const samples = await collecting.catch(failedWithReason)
        expectSound(collector.metrics, samples)
      }
      for (const collector of [checkKeys, checkStreams, biggestKeys]) {
        const { walk, take } = walkOf(['--check-keys=*', '--check-streams=*'], 60)
        const poll = fakePoll({ replies })
        const visitor = collector.start(walk)
        const visiting = visitor.visit(0, ['a', 'b', '\xff', 'a'], (commands) =>
          poll.readIn(0, commands),
        )
        const taken = await visiting.then(take, failedWithReason)
        expectSound(collector.metrics, [...taken, ...(visitor.finish?.(1) ?? [])])
      }
    }),
  )
})

test.each(keyCollectors)('$name: its help names the option that asks for it', ({ name, help }) => {
  // Its own name stands for a flag that switches it off, and may be the shorter one.
  expect(help).toMatch(new RegExp(`--(check-)?${name}(\\.count)?$`))
})

function failedWithReason(error: unknown): readonly Sample[] {
  expect(isRedisError(error), String(error)).toBe(true)
  return []
}

function expectSound(metrics: Parameters<typeof undeclared>[0], samples: readonly Sample[]): void {
  expect(samples.flatMap((sample) => undeclared(metrics, sample))).toEqual([])
  const faults = checkExposition(encode('redis', samples).text)
  // Replies may name a group twice here, and a counter may be negative: a server sees to that.
  expect(faults.filter((fault) => !/twice|: counter \S.* is /.test(fault))).toEqual([])
}
