import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shardOf } from '../../src/targets/shard.ts'
import { upResult } from '../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

const total = 3

/** The first address from a number on that is on a shard. */
function addressOn(shard: number): string {
  const numbers = Array.from({ length: 1000 }, (_, number) => `redis://redis-${number}:6379`)
  const address = numbers.find((one) => shardOf(one, total) === shard)
  if (address === undefined) throw new Error(`there is no address on shard ${shard}`)
  return address
}

const [ours, others] = [addressOn(1), addressOn(2)]

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter({
    ...{ target: ours, targetLabel: 'target', shard: { index: 1, total } },
    elsewhere: [{ name: 'cache', address: others }],
    clusterNodes: () => [{ address: ours }, { address: others }],
  })
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

describe('the target of another shard', () => {
  test.each([
    ['by its address', others],
    ['by its name', 'cache'],
    ['without scheme', others.replace('redis://', '')],
    ['in capitals', others.toUpperCase().replace('REDIS://', 'redis://')],
  ])('is 404 with the shard that has it, asked for %s', async (_, target) => {
    for (const path of ['/scrape', '/metrics']) {
      const { status, body } = await exporter.request(`${path}?target=${target}`)

      expect(status).toBe(404)
      expect(body).toBe('The target is watched by shard 2 of the 3 from 0 on; this is shard 1.\n')
    }
  })

  test('is counted as one that could not be served', async () => {
    await exporter.request('/scrape?target=cache')

    expect(exporter.refused()).toBe(1)
  })

  test('with a password in it is refused as ever', async () => {
    const target = others.replace('redis://', 'redis://:hidden@')
    const { status, body } = await exporter.request(`/scrape?target=${target}`)

    expect(status).toBe(400)
    expect(body).not.toContain('hidden')
  })
})

test('the own target is served', async () => {
  expect((await exporter.request(`/scrape?target=${ours}`)).status).toBe(200)
})

test('a target that no shard has is not watched', async () => {
  const { status, body } = await exporter.request('/scrape?target=redis://nobody:1')

  expect([status, body]).toEqual([
    404,
    'No such target is watched. /targets tells of the 1 that are.\n',
  ])
})

test('the nodes of a cluster are those of the own shard', async () => {
  const { body } = await exporter.request('/discover-cluster-nodes')

  expect(JSON.parse(body)).toEqual([{ targets: [ours], labels: {} }])
})

test('of a cluster whose nodes others have there are none', async () => {
  await using empty = await serveExporter({
    ...{ targetLabel: 'target', shard: { index: 0, total } },
    clusterNodes: () => [{ address: ours }],
  })
  const { status, body } = await empty.request('/discover-cluster-nodes')

  expect([status, JSON.parse(body)]).toEqual([200, [{ targets: [], labels: {} }]])
})
