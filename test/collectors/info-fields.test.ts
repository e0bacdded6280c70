import { beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { type Info, parseInfo } from '../../src/redis/info.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { everythingWanted } from '../support/everything-wanted.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { readFixture, recordedInfos } from '../support/fixtures.ts'
import { collectors } from '../support/registry.ts'

// What is declared decides what counts as unknown to this exporter.
const declared = collectors.flatMap(({ fields = [] }) => fields)
const isDeclared = (name: string) =>
  declared.some((one) => (typeof one === 'string' ? one === name : one.test(name)))

/** The names by which collectors asked for fields of INFO, of recorded servers. */
const asked = new Set<string>()

function watched(fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Proxy(fields, {
    get(map, key) {
      const own: unknown = Reflect.get(map, key)
      if (key !== 'get') return typeof own === 'function' ? own.bind(map) : own
      return (name: string) => {
        asked.add(name)
        return map.get(name)
      }
    },
  })
}

function watchedInfo({ fields, anywhere, ...info }: Info): Info {
  const sections = [...fields].map(([name, own]) => [name, watched(own)] as const)
  return { ...info, fields: new Map(sections), anywhere: watched(anywhere) }
}

beforeAll(async () => {
  // And of one that tells nothing, which is asked for what stands in the place of other fields.
  for (const text of [...recordedInfos.map(readFixture), '']) {
    const read = parseInfo(text)
    const info = watchedInfo(read)
    for (const collector of collectors) {
      const replies = () => fromErrorReply('ERR unknown command')
      const poll = fakePoll({ info: read, replies, settings: everythingWanted })
      await runCollector(collector, { ...poll, info: async () => info }, systemClock)
    }
  }
})

test('every field of INFO that a collector asks for by name is one that it declares', () => {
  expect([...asked].filter((name) => !isDeclared(name))).toEqual([])
})

test('every field that is declared by name is asked for', () => {
  const names = declared.filter((one) => typeof one === 'string')

  // Of INFO debug, which is a command of its own, and where there is a certificate; found line by
  // line are those of masters, and those of CLUSTER INFO that Valkey repeats.
  const elsewhere = /^(eventloop_|used_memory_lua|allocator_.*_lua|tls_\w+_cert_expires)/
  const lines = /^(slave_|total_disconnect_time_sec|cluster_|total_cluster_links_)/
  const others = names.filter((name) => !elsewhere.test(name) && !lines.test(name))
  expect(others.length).toBeGreaterThan(300)
  expect(others.filter((name) => !asked.has(name))).toEqual([])
})
