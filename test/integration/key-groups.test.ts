import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyGroups } from '../../src/collectors/keys/key-groups.ts'
import { encode } from '../../src/metrics/encode.ts'
import { configured } from '../support/configured.ts'
import { checkExposition, type Family, parseExposition } from '../support/exposition.ts'
import { type KeyWalkResult, keyWalk } from '../support/key-walk.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { scanSource } from '../support/scan-source.ts'
import { compare } from '../support/side-by-side.ts'

const families =
  /^redis_(key_group_count|key_group_memory_usage_bytes|number_of_distinct_key_groups)$/

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
  const pipeline = server.client().pipeline()
  for (let index = 0; index < 300; index += 1) {
    pipeline.set(`user:${index}:name`, 'x'.repeat(index))
    pipeline.hset(`cart:${index % 50}:${index}`, { item: 'y'.repeat(index) })
    pipeline.rpush(`queue${index % 7}`, `${index}`)
  }
  pipeline.set(Buffer.from('bin:\xff\xfe\x00\n":1', 'latin1'), 'z')
  pipeline.set('ä:"quoted\\":1', 'z').set('plain', 'z').set('', 'z')
  // Groups of the same memory, so that the number of keys and the name decide.
  for (const key of ['same:b:1', 'same:a:1', 'same:c:1']) pipeline.set(key, 'v')
  pipeline.select(3)
  pipeline
    .set('overflow:1', 'w'.repeat(50))
    .set('unclassified:1', 'w')
    .set('user:1:name', 'w'.repeat(99))
  await pipeline.exec()
})

afterAll(async () => await server?.stop())

/** What ours serves when it is configured by these flags. */
async function ours(args: readonly string[]): Promise<KeyWalkResult> {
  return await keyWalk(keyGroups, { settings: configured(args).settings, ...scanSource(server) })
}

/** What the Go exporter serves when it is configured by the same flags. */
async function theirs(args: readonly string[]): Promise<readonly Family[]> {
  await using peer = await startPeerExporter({ args: ['-redis.addr', server.url, ...args] })
  return (await peer.metrics()).filter(({ name }) => families.test(name))
}

describe('side by side with the Go exporter', () => {
  it.each([
    ['by what a pattern captures', '^(.*):[^:]+$', 100],
    ['by several patterns, the first of which wins', '^(user):,^(cart:%d+):,^queue(%d)', 100],
    ['without captures', '^user,^cart', 100],
    ['with more groups than are wanted', '^(cart:%d+):,^(same:%a):,^(queue%d)', 10],
    ['with exactly one group wanted', '^(%a*)', 1],
    ['with a group for each key', '^(.+)$', 20],
  ])('the groups are the same %s', async (_, patterns, most) => {
    const args = [`--check-key-groups=${patterns}`, `--max-distinct-key-groups=${most}`]
    const [own, their] = [await ours(args), await theirs(args)]

    const all = parseExposition(encode('redis', own.samples).text)
    const served = all.filter(({ name }) => families.test(name))
    const { differences, series } = compare({ before: served, theirs: their, after: served }, [])
    expect(differences).toEqual([])
    expect(series.size).toBe(served.flatMap(({ samples }) => samples).length)
    expect(series.size).toBeGreaterThan(20)
    expect(own).toMatchObject({ leftOut: 0, rejected: [] })
  })
})

it('a group that is called overflow stands once, where the Go exporter loses keys', async () => {
  const args = ['--check-key-groups=^(.*):', '--max-distinct-key-groups=2']
  const { samples } = await ours(args)
  const counts = samples.filter(({ metric, labels }) => {
    return metric.name === 'key_group_count' && labels.db === 'db3'
  })

  expect(counts.map(({ labels, value }) => `${labels.key_group} ${value}`).sort()).toEqual([
    'overflow 2',
    'user:1 1',
  ])
})

it('a group for each key, of any bytes, is a series that Prometheus can read', async () => {
  const { samples } = await ours(['--check-key-groups=^(.*)$', '--max-distinct-key-groups=1000'])
  const groups = samples.filter(({ metric, labels }) => {
    return metric.name === 'key_group_count' && labels.db === 'db0'
  })

  expect(checkExposition(encode('redis', samples).text)).toEqual([])
  expect(groups).toHaveLength(await server.client().dbsize())
})
