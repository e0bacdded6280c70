import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gauge, sample } from '../../../src/metrics/metric.ts'
import { redisError } from '../../../src/redis/redis-error.ts'
import { type ReadPage, readPage } from '../../support/page-text.ts'
import { downResult, failed, upResult } from '../../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../../support/served-exporter.ts'
import { hostile, serveShownFleet } from '../../support/shown-fleet.ts'

async function pageOf(exporter: ServedExporter, name: string): Promise<ReadPage> {
  return readPage((await exporter.request(`/targets/${encodeURIComponent(name)}`)).body)
}

describe('the page of a target that is up', () => {
  let exporter: ServedExporter
  let page: ReadPage

  beforeAll(async () => {
    exporter = await serveShownFleet()
    page = await pageOf(exporter, 'sessions-1')
  })
  afterAll(() => exporter.stop(0))

  const rows = (title: string) =>
    page.root
      .querySelectorAll('section')
      .filter((section) => section.textContent.trim().startsWith(title))
      .flatMap((section) => section.querySelectorAll('tbody tr'))
      .map((row) =>
        row.querySelectorAll('td').map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim()),
      )

  test('is called as the target, and tells its state in the title', () => {
    expect(page.texts('h1')).toEqual(['sessions-1'])
    expect(page.texts('title')).toEqual(['sessions-1 up – Redis exporter'])
    expect(page.links()).toContain('/')
  })

  test('has six large curves', () => {
    expect(page.texts('figcaption')).toEqual([
      ...['Operations', 'Mean time of a command', 'Memory', 'Hit ratio', 'Clients', 'Keys'],
    ])
    expect(page.root.querySelectorAll('svg.large')).toHaveLength(6)
  })

  test('tells which collector fails, why, and what to do', () => {
    expect(rows('Collectors')).toEqual([
      [
        '▲ config 1 ms',
        'noperm: the user may not run the command (NOPERM)',
        expect.stringMatching(/^redis-exporter --acl prints the smallest user .* once in a scan/),
      ],
    ])
  })

  test('tells of those that work how long they took', () => {
    expect(page.texts('#collectors details li')).toContain('latency 400 µs')
    expect(page.texts('#collectors details li')).not.toContain('config 1 ms')
  })

  test('tells of the scan how far it is, and how long it will take', () => {
    const progress = page.root.querySelector('progress')

    expect(progress?.getAttribute('value')).toBe('62')
    expect(page.text()).toMatch(
      /Scan of the keys Under way: 62 % 62 % Keys seen 7,654 ?Load 4\.8 % of one core ?Time left 25 s about ?Result from 1 min 15 s ago/,
    )
  })

  test('lists the biggest keys, the largest first', () => {
    expect(rows('Keys that take most memory')).toEqual([
      ['cart:open', 'hash', 'db0', '5 MiB'],
      ['session:index', 'zset', 'db0', '3.2 MiB'],
      ['page:/', 'string', 'db0', '716 KiB'],
    ])
  })

  test('lists the commands by the time that they took', () => {
    expect(rows('Commands that take most time').slice(0, 2)).toEqual([
      ['get', '48.2 %', '812 k', '5 µs'],
      ['hgetall', '31.7 %', '45,678', '59 µs'],
    ])
  })

  test('lists the clients by how long they have been idle', () => {
    expect(rows('Clients that have been idle').map(([client, , , idle]) => [client, idle])).toEqual(
      [
        ['worker', '23 h 53 min'],
        ['shop', '12 s'],
      ],
    )
  })

  test('lists the last changes of its state', () => {
    expect(rows('Last changes')).toEqual([['2025-06-01 12:00:00', '● up', '']])
  })
})

describe('the page of a target that is down', () => {
  test('tells why, what to look at, what happens meanwhile, and what was before', async () => {
    await using exporter = await serveExporter()
    await exporter.poll(upResult())
    exporter.clock.advance(60_000)
    await exporter.poll(downResult(redisError('auth', 'wrong user name or password (WRONGPASS)')))
    const page = await pageOf(exporter, 'redis://localhost:6379')

    expect(page.texts('.why')[0]).toMatch(
      /^auth: wrong user name or password \(WRONGPASS\) ?The server did not accept the login, or asks for one\. Look at: The user and the password .* The target is down \(redis_up is 0\)/,
    )
    expect(page.texts('section:last-of-type tbody tr')).toEqual([
      expect.stringMatching(/^2025-06-01 12:01:00 ?▲ down ?auth: wrong/),
      expect.stringMatching(/^2025-06-01 12:00:45 ?◆ stale ?stale: no poll has ended for 45 s/),
      expect.stringMatching(/^2025-06-01 12:00:00 ?● up$/),
    ])
    expect(page.text()).not.toContain('Collectors')
  })
})

test('a remedy that is known comes before what to look at', async () => {
  await using exporter = await serveExporter()
  const parts = new Map([['a.lua', redisError('other', 'line 1: it failed')]])
  await exporter.poll(
    upResult(failed('slowlog', 'unknown_command', 'not known'), {
      ...{ name: 'scripts', failedParts: parts },
    }),
  )
  const page = await pageOf(exporter, 'redis://localhost:6379')

  expect(page.texts('#collectors tbody tr')).toEqual([
    expect.stringMatching(/slowlog.*unknown_command: not known ?An older server or a look-alike/),
    expect.stringMatching(/scripts \(a\.lua\).*other: line 1: it failed/),
  ])
})

test('hostile keys, commands and names cannot put HTML into the page', async () => {
  await using exporter = await serveExporter({ target: hostile })
  const biggest = gauge('biggest_key_memory_bytes', 'it', ['db', 'type', 'key'])
  const labels = { db: hostile, type: hostile, key: hostile }
  await exporter.poll(
    upResult(
      { name: 'biggest-keys', samples: [sample(biggest, 5, labels)] },
      {
        ...failed('config', 'other', hostile),
      },
    ),
  )
  const page = await pageOf(exporter, hostile)

  expect(page.root.querySelectorAll('script, [onclick], [style]')).toEqual([])
  expect(page.text()).toContain(hostile)
  expect(page.texts('tbody td').filter((cell) => cell === hostile)).toHaveLength(3)
})
