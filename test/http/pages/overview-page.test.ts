import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisError } from '../../../src/redis/redis-error.ts'
import { type ReadPage, readPage } from '../../support/page-text.ts'
import { downResult, upResult } from '../../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../../support/served-exporter.ts'
import { hostile, serveShownFleet, usualFigures } from '../../support/shown-fleet.ts'

async function pageAt(exporter: ServedExporter, path = '/'): Promise<ReadPage> {
  return readPage((await exporter.request(path)).body)
}

describe('a fleet', () => {
  let exporter: ServedExporter
  let page: ReadPage

  beforeAll(async () => {
    exporter = await serveShownFleet()
    page = await pageAt(exporter)
  })
  afterAll(() => exporter.stop(0))

  const card = (name: string, of = page) =>
    of.texts('li.target').find((text) => text.startsWith(`${name} `))

  test('shows what is down first, then what waits, then the others by name', () => {
    expect(page.texts('li.target h3')).toEqual([
      ...['cache-eu', 'billing', 'orders-1', 'orders-2', 'orders-3'],
      ...['sentinel-1', 'sessions-1', 'sessions-2'],
    ])
  })

  test('tells in its title what is wrong', () => {
    expect(page.texts('title')).toEqual(['1 of 8 down – Redis exporter'])
  })

  test('counts its targets by state, each with the way to those', () => {
    expect(page.texts('nav li')).toEqual(['all 8', 'down 1', 'waiting 1', 'up 6'])
    expect(page.links()).toContain('/?state=down')
  })

  test('tells of one that is up since when, how old its snapshot is, what it is, and its figures', () => {
    expect(card('sessions-1')).toMatch(
      /^sessions-1 ● up for 1 h · polled 15 s ago Redis 8\.6\.3 · master scan of the keys 62 % /,
    )
    expect(card('sessions-1')).toMatch(
      /Memory [\d.]+ MiB of 64 MiB, [\d.]+ % ?Hit ratio [\d.]+ % ?Keys [\d,]+ ?Replicas 1 70 B behind, heard 0 s ago ?Clients \d+ of 10,000 ?Runs for 11 d 13 h Operations [\d,]+ \/s ?Memory/,
    )
  })

  test('tells of a replica how its link is, and of a Sentinel how many masters it watches', () => {
    expect(card('sessions-2')).toMatch(/replica .* Master linked heard 1 s ago/)
    expect(card('sentinel-1')).toMatch(/Masters watched 1 ?Clients 5/)
  })

  test('tells of one that is down why, what to look at, and nothing that is old', () => {
    expect(card('cache-eu')).toMatch(
      /^cache-eu ▲ down for 12 min 30 s · polled 15 s ago connection: no connection \(ECONNREFUSED\) ?There is no connection, or it broke off\. Look at: Does the server run.* Operations – ?Memory – ?Latency –$/,
    )
  })

  test('tells of one that waits that it does', () => {
    expect(card('billing')).toBe('billing ○ waiting for 1 h')
  })

  test('names the collectors that fail, with the way to what can be done', () => {
    expect(card('orders-1')).toContain('▲ cannot be read: config')
    expect(page.links()).toContain('/targets/orders-1#collectors')
  })

  test('has three curves of the last hour for each, with a gap where it was down', () => {
    const [lost] = page.root.querySelectorAll('li.target.down')
    const labels = lost?.querySelectorAll('svg.curve').map((svg) => svg.getAttribute('aria-label'))

    expect(labels).toEqual([
      expect.stringMatching(/^Operations, last 1 h: [\d,]+ \/s to [\d,]+ \/s$/),
      expect.stringMatching(/^Memory, last 1 h: [\d.]+ MiB to [\d.]+ MiB$/),
      expect.stringMatching(/^Latency, last 1 h: \d/),
    ])
  })

  test('shows a Cluster with its shards, its slots as a bar, and the replica that is lost', () => {
    const text = page.texts('section').find((one) => one.startsWith('Cluster orders-1'))
    const bar = page.root.querySelectorAll('svg.slots rect')

    expect(text).toMatch(/Slots covered all of 16,384 ?Shards 3 ?Nodes 6 ▲ 1 unreachable/)
    expect(text).toMatch(
      /■ orders-1 ● up 5,461 slots replica redis:\/\/orders-4:6379 ■ orders-2 ● up 5,462 slots replica redis:\/\/orders-5:6379 ▲ unreachable ■ orders-3/,
    )
    expect(bar.map((rect) => rect.getAttribute('class'))).toEqual(['c0', 'c1', 'c2'])
    expect(bar.map((rect) => rect.getAttribute('width'))).toEqual(['86', '85', '85'])
  })

  test('shows the masters of Sentinels with their replicas', () => {
    expect(page.texts('section').find((one) => one.startsWith('Sentinels of sentinel-1'))).toBe(
      'Sentinels of sentinel-1 sessions Master sessions-1 ● up Replica sessions-2 ● up 3 of 3 Sentinels agree, 2 are needed',
    )
  })

  test('shows those that are looked for, and no topologies then', async () => {
    const found = await pageAt(exporter, '/?q=ORDERS')

    expect(found.texts('li.target h3')).toEqual(['orders-1', 'orders-2', 'orders-3'])
    expect(found.texts('section')).toEqual([])
    expect(found.root.querySelector('#q')?.getAttribute('value')).toBe('ORDERS')
  })

  test('says so where none is found', async () => {
    expect((await pageAt(exporter, '/?q=nothing&state=up')).text()).toContain(
      'No target is up and has “nothing” in it. All targets',
    )
  })

  test('leads to everything else', () => {
    const links = page.links()
    expect(links).toEqual(expect.arrayContaining(['/metrics', '/targets', '/healthz', '/ready']))
    expect(links).toContain('/?refresh=off')
  })
})

test('a cluster whose slots are lost or unowned shows that in the bar and in words', async () => {
  const { countsOf } = await import('../../../src/discovery/cluster-view.ts')
  const { clusterNode, clusterShard, clusterView } = await import('../../support/cluster-views.ts')
  const view = clusterView(
    clusterShard([[0, 8_191]], clusterNode('m1', { isReachable: false })),
    clusterShard([[8_192, 12_000]], 'm2'),
  )
  const cluster = {
    ...{ topology: 'c', view, counts: countsOf(view, [view]), replicas: [], addresses: new Map() },
  }
  await using exporter = await serveExporter({ clusters: [cluster] })
  const page = await pageAt(exporter)

  expect(page.texts('section')[0]).toContain('Slots covered ▲ 3,809 of 16,384')
  const bar = page.root.querySelectorAll('svg.slots rect')
  expect(bar.map((rect) => rect.getAttribute('class'))).toEqual(['lost', 'c1', 'unowned'])
})

test('what cannot be discovered is told with the reason, also where nothing is known yet', async () => {
  await using exporter = await serveExporter({
    discovery: [
      { name: 'cluster redis://well', failure: undefined, lastSuccess: 0 },
      { name: 'cluster redis://a', failure: 'no node tells of it <b>', lastSuccess: undefined },
    ],
  })
  const page = await pageAt(exporter)

  expect(page.texts('section')).toEqual(['Discovery ▲ cluster redis://a no node tells of it <b>'])
})

test('one target alone has its own page in that place', async () => {
  await using exporter = await serveExporter()
  await exporter.poll({ ...upResult(), figures: usualFigures() })
  const page = await pageAt(exporter)

  expect(page.texts('h1')).toEqual(['redis://localhost:6379'])
  expect(page.text()).toContain('Keys 12,345')
  expect(page.links()).not.toContain('/')
})

test('one of several exporters tells which part of the targets is its own', async () => {
  await using exporter = await serveExporter({ shard: { index: 1, total: 3 } })

  expect((await pageAt(exporter)).text()).toContain(
    'shard 1 of the 3 from 0 on, which share the targets',
  )
})

describe('a thousand targets, each with an hour behind it', () => {
  let exporter: ServedExporter
  let bodies: readonly string[]

  beforeAll(async () => {
    const long = 'a-name-as-long-as-those-of-a-cloud-provider.abcdef.ng.0001.euw1.cache.example.com'
    exporter = await serveExporter({ target: `${long}-0` })
    const down = downResult(redisError('auth', 'wrong user name or password (WRONGPASS)'))
    for (let target = 1; target < 1_000; target += 1) {
      const { poll, remember } = exporter.watch({ name: `${long}-${target}:6379` })
      // Of some that are shown every point of the curves has a value.
      const points = target < 30 || target > 970 ? 60 : 1
      const hour = Array.from({ length: points }, (_, at) =>
        usualFigures({ readAt: at * 60_000, commands: at * at * 31, calls: at * 100 }),
      )
      await remember(upResult(), hour)
      if (target > 900) await poll(down)
    }
    const paths = ['/', '/?page=5', '/?state=down', '/?state=up', '/?q=cache']
    exporter.clock.advance(1_000)
    bodies = await Promise.all(paths.map(async (path) => (await exporter.request(path)).body))
  }, 60_000)
  afterAll(() => exporter.stop(0))

  test('are thirty on a page of less than 100 kB', () => {
    for (const body of bodies) {
      expect(readPage(body).texts('li.target')).toHaveLength(30)
      expect(Buffer.byteLength(body)).toBeLessThan(100_000)
    }
  })

  test('have the way to the others', () => {
    expect(readPage(bodies[1] ?? '').texts('nav.pages')).toEqual([
      '← before121 to 150 of 1,000next →',
    ])
    expect(readPage(bodies[1] ?? '').links()).toEqual(
      expect.arrayContaining(['/?page=4', '/?page=6']),
    )
  })
})

test('labels without end are shown in part', async () => {
  await using exporter = await serveExporter()
  const labels = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`label_${index}`, 'x'.repeat(200)]),
  )
  const { poll } = exporter.watch({ name: 'labelled', labels })
  await poll(upResult())
  const card = (await pageAt(exporter)).texts('li.target').find((text) => text.includes('labelled'))

  expect(card).toContain(' · label_0=xxx')
  expect(card?.length).toBeLessThan(600)
})

describe('hostile names', () => {
  test('cannot put HTML into the page', async () => {
    await using exporter = await serveExporter({ metricsPath: '/"onclick="x' })
    const other = exporter.watch({ name: hostile, address: hostile, labels: { team: hostile } })
    await other.poll({
      ...upResult({ name: 'x' }),
      ...{ server: hostile, role: hostile, figures: usualFigures() },
    })
    for (const path of ['/', `/?q=${encodeURIComponent(hostile)}`]) {
      const page = await pageAt(exporter, path)

      expect(page.root.querySelectorAll('script, [onclick], [style]')).toEqual([])
      expect(page.texts('li.target h3')).toContain(hostile.slice(0, 200))
      expect(page.links()).toContain(`/targets/${encodeURIComponent(hostile)}`)
    }
  })

  test('cannot turn around what stands beside them', async () => {
    await using exporter = await serveExporter()
    exporter.watch({ name: 'other', labels: { team: '\u202eliam\0' } })

    expect((await pageAt(exporter, '/')).text()).toContain(String.raw`team=\u{202e}liam\u{0}`)
  })
})

test('of many long labels of a target some are shown, and how many more there are', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `label_${index}`)
  await using exporter = await serveExporter()
  exporter.watch({
    name: 'other',
    labels: Object.fromEntries(names.map((name) => [name, 'x'.repeat(1_000)])),
  })

  const { body } = await exporter.request('/')
  expect(readPage(body).text()).toContain('42 more labels')
  expect(body.length).toBeLessThan(20_000)
})
