import { source as axe } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import type { ServedExporter } from '../support/served-exporter.ts'
import { hostile, serveShownFleet } from '../support/shown-fleet.ts'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

/** A page with all that a browser complains of, and what it asks for from elsewhere. */
async function open(url: string): Promise<{ page: Page; complaints: readonly string[] }> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`request: ${request.url()}`)
  })
  return { page, complaints }
}

/** What axe-core finds by all its rules, or by one, each with where. */
async function findings(page: Page, rule?: string): Promise<readonly string[]> {
  const options = { resultTypes: ['violations'], ...(rule ? { runOnly: [rule] } : {}) }
  // What looks for faults is no part of the page, so its policy does not hold for it.
  const result: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate(
    `${axe};axe.run(document, ${JSON.stringify(options)})`,
  )
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('pages of a fleet', () => {
  let exporter: ServedExporter

  beforeAll(async () => {
    exporter = await serveShownFleet()
    exporter.watch({ name: hostile, labels: { team: hostile } })
  })
  afterAll(() => exporter.stop(0))

  // One that came anew meanwhile would be another page.
  const paths = ['/', '/targets/sessions-1', '/targets/cache-eu', '/targets/none'].map(
    (path) => `${path}?refresh=off`,
  )

  it.each(paths)(
    '%s fits every window, light and dark, and nothing is found fault with',
    async (path) => {
      const { page, complaints } = await open(`http://127.0.0.1:${exporter.port}/`)
      const url = `http://127.0.0.1:${exporter.port}${path}`
      await page.goto(url)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        for (const width of [375, 768, 1440]) {
          await page.setViewportSize({ width, height: 800 })
          const wide = await page.evaluate('document.documentElement.scrollWidth')
          expect([width, wide]).toEqual([width, width])
        }
        expect(await findings(page)).toEqual([])
      }
      const style = await page.evaluate('getComputedStyle(document.body).maxWidth')
      // The policy lets its style in.
      expect(style).not.toBe('none')
      // One that is not there is the one thing that a browser tells of.
      const expected = path.startsWith('/targets/none') ? [expect.stringContaining('404')] : []
      expect(complaints).toEqual(expected)
      await page.close()
    },
  )

  it('are found and left by the keyboard alone', async () => {
    const { page } = await open(`http://127.0.0.1:${exporter.port}/`)
    await page.goto(`http://127.0.0.1:${exporter.port}/?refresh=off`)
    await page.getByRole('searchbox').focus()
    await page.keyboard.type('cache-eu')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/?q=cache-eu*')
    const link = page.getByRole('link', { name: 'cache-eu' })
    for (let tab = 0; tab < 20; tab += 1) {
      if (await link.evaluate((one) => one === one.ownerDocument.activeElement)) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.waitForURL('**/targets/cache-eu')

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('cache-eu')
    await page.close()
  })
})

describe('what a person sees whose Redis is killed', () => {
  let redis: RedisServer
  let other: RedisServer
  let exporter: Exporter

  beforeAll(async () => {
    ;[redis, other] = await Promise.all([startRedis(), startRedis()])
    const args = ['--poll.interval=1s', '--poll.timeout=900ms', '--poll.max-age=60s']
    const addresses = `${redis.url},${other.url}`
    exporter = await startExporter({ args: [...args, `--redis.addr=${addresses}`] })
  })
  afterAll(async () => {
    await exporter.stop()
    await Promise.all([redis.stop(), other.stop()])
  })

  it('is that it is up, then, without doing anything, that it is down and what to look at', async () => {
    const { page, complaints } = await open(exporter.url)
    await page.goto(exporter.url)
    const cards = page.getByRole('main').getByRole('listitem')
    const card = (server: RedisServer) => cards.filter({ hasText: `:${server.port}` }).last()
    const textOf = async (server: RedisServer) => await card(server).innerText({ timeout: 10_000 })
    await eventually(
      async () => expect(await textOf(redis)).toMatch(/● up for .*(Redis|Valkey)/s),
      {
        within: 60_000,
      },
    )

    await redis.kill()

    await eventually(
      async () => {
        const text = await textOf(redis)
        expect(text).toContain('▲ down for')
        expect(text).toMatch(/no connection \(ECONNREFUSED\)/)
        expect(text).toContain('Does the server run')
        expect(await page.title()).toBe('1 of 2 down – Redis exporter')
      },
      { within: 60_000 },
    )
    expect(await textOf(other)).toContain('● up for')
    await card(redis).getByRole('link').first().click()
    const changes = page.getByRole('table').last()
    expect(await changes.innerText()).toMatch(/▲ down\s+connection: .*● up/s)
    expect(complaints).toEqual([])
    await page.close()
  })
})
