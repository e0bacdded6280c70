import { describe, expect, test } from 'vitest'
import { page } from '../../src/http/page.ts'
import type { TargetState } from '../../src/poller/target-snapshots.ts'
import type { WalkState } from '../../src/poller/walk-task.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { serveExporter } from '../support/served-exporter.ts'

const up: TargetState = {
  target: 'redis://localhost:6379',
  address: 'redis://localhost:6379',
  labels: {},
  state: 'up',
  since: 0,
  reason: undefined,
  ageSeconds: 1.25,
  server: 'Valkey 9.1.2',
  role: undefined,
  failures: [],
}

async function pageOf(targets: readonly TargetState[], metricsPath = '/metrics'): Promise<string> {
  return String(await page({ version: '1.2.3', metricsPath, pollSeconds: 15, targets }))
}

test('the page tells the version and how often Redis is asked', async () => {
  expect(await pageOf([up])).toContain('Version 1.2.3. Polls every 15 s in the background')
})

test('the page links to everything else', async () => {
  const links = [...(await pageOf([up], '/redis')).matchAll(/href="([^"]*)"/g)]

  expect(links.map(([, link]) => link)).toEqual(['/redis', '/healthz', '/ready'])
})

test('the page of one of several exporters tells which part of the targets is its own', async () => {
  const shard = { index: 1, total: 3 }
  const content = { version: '1.2.3', metricsPath: '/metrics', pollSeconds: 15, targets: [up] }

  expect(String(await page({ ...content, shard }))).toContain(
    '<p>Shard 1 of the 3 from 0 on, which share the targets: it watches 1.</p>',
  )
  expect(await pageOf([up])).not.toContain('Shard')
})

describe('a target', () => {
  const rows = async (...targets: readonly TargetState[]) =>
    (await pageOf(targets)).match(/^<tr><td>.*$/gm)

  test('that is up has a row with its age and what it is', async () => {
    expect(await rows(up)).toEqual([
      '<tr><td>redis://localhost:6379</td><td class="up">up</td><td>1.3 s</td><td>Valkey 9.1.2</td><td></td></tr>',
    ])
  })

  test('that is down has a row with the reason', async () => {
    const down: TargetState = { ...up, state: 'down', reason: 'auth: no', server: undefined }

    expect(await rows(down)).toEqual([
      '<tr><td>redis://localhost:6379</td><td class="down">down</td><td>1.3 s</td><td></td><td>auth: no</td></tr>',
    ])
  })

  test('that waits has a row without an age', async () => {
    const waiting: TargetState = {
      ...up,
      state: 'waiting',
      ageSeconds: undefined,
      server: undefined,
    }

    expect(await rows(waiting)).toEqual([
      '<tr><td>redis://localhost:6379</td><td class="waiting">waiting</td><td></td><td></td><td></td></tr>',
    ])
  })

  test('that is up shows what of it cannot be read, and what can be done about it', async () => {
    const failures = [
      { collector: 'slowlog', reason: 'noperm', message: 'no', remedy: 'grant +slowlog|len' },
      { collector: 'scripts', part: 'a.lua', reason: 'other', message: 'line 1: <b>' },
    ]

    expect((await rows({ ...up, failures }))?.join()).toContain(
      '<div><span class="down">slowlog</span>: noperm: no; grant +slowlog|len</div>' +
        '<div><span class="down">scripts (a.lua)</span>: other: line 1: &lt;b&gt;</div></td></tr>',
    )
  })

  test('has a row each', async () => {
    expect(await rows(up, up, up)).toHaveLength(3)
  })

  const attack = '<script>alert("1" & \'2\')</script>'
  const harmless = '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;'

  test.each(['target', 'reason', 'server'] as const)(
    'cannot put HTML into the page by its %s',
    async (field) => {
      const text = await pageOf([{ ...up, [field]: attack }])

      expect(text).toContain(`<td>${harmless}</td>`)
      expect(text).not.toContain('<script')
    },
  )
})

describe('the scan of a target', () => {
  const running: WalkState = {
    target: 'redis://localhost:6379',
    running: true,
    load: 0.05,
    ratio: 0.4567,
    keys: 456_700,
    ageSeconds: 61.25,
  }
  const rows = async (...walks: readonly WalkState[]) =>
    String(
      await page({ version: '1', metricsPath: '/metrics', pollSeconds: 15, targets: [], walks }),
    ).match(/^<tr><td>.*$/gm)

  test('that is under way has a row with its progress, the keys and the age of the result', async () => {
    expect(await rows(running)).toEqual([
      '<tr><td>redis://localhost:6379</td><td>running</td><td>45 %</td><td>456700</td><td>61.3 s</td></tr>',
    ])
  })

  test('that waits for its time and has no result yet has a row without an age', async () => {
    expect(
      await rows({
        ...running,
        running: false,
        load: 0.05,
        ratio: 0,
        keys: 0,
        ageSeconds: undefined,
      }),
    ).toEqual([
      '<tr><td>redis://localhost:6379</td><td>waiting</td><td>0 %</td><td>0</td><td></td></tr>',
    ])
  })

  test.each([
    [0.999, '99 %'],
    [1, '100 %'],
  ])('is at 100 %% at its end alone: %d is %s', async (ratio, text) => {
    expect((await rows({ ...running, ratio }))?.[0]).toContain(`<td>${text}</td>`)
  })

  test('cannot put HTML into the page by its target', async () => {
    expect((await rows({ ...running, target: '<b>' }))?.[0]).toContain('<td>&lt;b&gt;</td>')
  })

  test('is not spoken of when no walks are configured', async () => {
    expect(await pageOf([up])).not.toContain('Scan of the keys')
  })
})

test('the path of the metrics cannot break out of its link', async () => {
  expect(await pageOf([up], '/"onclick="x')).toContain('href="/&quot;onclick=&quot;x"')
})

describe('the page as it is served', () => {
  test('is HTML in UTF-8', async () => {
    await using exporter = await serveExporter()

    const { headers } = await exporter.request('/')

    expect(headers['content-type']?.toLowerCase()).toBe('text/html; charset=utf-8')
  })

  test('shows the state of now', async () => {
    await using exporter = await serveExporter({ target: 'unix:///run/<redis>.sock' })
    await exporter.poll(upResult())
    expect((await exporter.request('/')).body).toContain('<td class="up">')

    await exporter.poll(downResult(redisError('tls', 'the TLS handshake failed')))

    const { body } = await exporter.request('/')
    expect(body).toContain('<td class="down">')
    expect(body).toContain('<td>tls: the TLS handshake failed</td>')
    expect(body).toContain('<td>unix:///run/&lt;redis&gt;.sock</td>')
  })
})
