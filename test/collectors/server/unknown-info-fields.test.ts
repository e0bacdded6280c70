import { describe, expect, test } from 'vitest'
import type { Collector } from '../../../src/collectors/collector.ts'
import { createUnknownInfoFields } from '../../../src/collectors/server/unknown-info-fields.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { collectors } from '../../support/registry.ts'
import { unindented } from '../../support/unindented.ts'

const other: Collector = {
  name: 'other',
  help: 'something else',
  metrics: [],
  fields: ['known', /^thread_\d+$/],
  collect: async () => [],
}
const unknown = createUnknownInfoFields([other])

test('numbers of fields that nobody else reads, with the section they stand in', async () => {
  const info = unindented`
    # Stats
    known:1
    thread_7:2
    novelty:3
    share:-0.25
    # Replication
    novelty:4
  `

  expect(await collected(unknown, { info })).toBe(unindented`
    # TYPE redis_info_field gauge
    redis_info_field{section="stats",field="novelty"} 3
    redis_info_field{section="stats",field="share"} -0.25
    redis_info_field{section="replication",field="novelty"} 4
  `)
})

describe('no number for a machine is', () => {
  test.each([
    ['a word', 'state:ok'],
    ['a list of parts', 'db7:keys=1,expires=2'],
    ['what is written for people', 'size_human:12'],
    ['what is written for people with its unit', 'size:12.5M'],
    ['a percentage', 'share:12%'],
    ['the hash of a commit', 'git_sha1:00000000'],
    ['the hash of a commit that looks like a power of ten', 'git_sha1:1e456789'],
    ['nothing', 'empty:'],
  ])('%s', async (_what, line) => {
    const poll = fakePoll({ info: `# Server\n${line}\n` })

    expect(await unknown.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([])
  })
})

test('a field that comes twice counts as it came last', async () => {
  expect(await collected(unknown, { info: '# Stats\nnovelty:1\nnovelty:2\n' })).toBe(unindented`
    # TYPE redis_info_field gauge
    redis_info_field{section="stats",field="novelty"} 2
  `)
})

test('a server that tells very much is cut off, and what is left out is counted', async () => {
  const lines = Array.from({ length: 1_250 }, (_, index) => `novelty_${index}:${index}\n`)
  const poll = fakePoll({ info: `# Stats\n${lines.join('')}` })

  expect(await unknown.collect(poll)).toHaveLength(1_000)
  expect(poll.leftOut()).toBe(250)
})

/** The fields of a recorded server for which there is no metric. */
async function left(path: string): Promise<readonly string[]> {
  const collector = collectors.find(({ name }) => name === 'unknown-info-fields')
  const samples = (await collector?.collect(fakePoll({ info: readFixture(path) }))) ?? []
  return samples.map(({ labels }) => `${labels.section}: ${labels.field}`)
}

const always = ['arch_bits', 'uptime_in_days', 'lru_clock'].map((field) => `server: ${field}`)

// What stands here is all that these servers tell and this exporter has no metric for.
test.each([
  ['redis-6.2.5/info-everything.txt', ['server: redis_git_dirty', ...always]],
  ['redis-7.0.15/info-everything.txt', ['server: redis_git_dirty', ...always]],
  ['redis-7.0.15/info-replica-link-down.txt', ['server: redis_git_dirty', ...always]],
  ['redis-7.0.15/info-cluster-node.txt', ['server: redis_git_dirty', ...always]],
  ['redis-8-dev/info-everything.txt', ['server: redis_git_dirty', ...always]],
  ['valkey-8-dev/info-everything.txt', ['server: redis_git_dirty', ...always]],
  ['sentinel-7.0.15/info-all.txt', ['server: redis_git_dirty', ...always]],
])('of %s there is left: %j', async (path, fields) => {
  expect(await left(path)).toEqual(fields)
})
