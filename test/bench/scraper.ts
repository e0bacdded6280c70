import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export interface Scraper extends Disposable {
  /** The milliseconds until the whole answer was there; Infinity when it did not come in time. */
  scrape(within: number): Promise<number>
}

type Headers = Readonly<Record<string, string>>

/** Scrapes as Prometheus does: with gzip, unless told otherwise, on connections that are kept. */
export function createScraper(
  url: string,
  headers: Headers = { 'Accept-Encoding': 'gzip' },
): Scraper {
  const agent = new Agent({ keepAlive: true })
  return {
    scrape: async (within) => {
      const start = performance.now()
      const answered = await scrapeOnce(url, headers, agent, AbortSignal.timeout(within))
      return answered ? performance.now() - start : Number.POSITIVE_INFINITY
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

export interface SteadyScrapes {
  /** Milliseconds from one scrape to the next. */
  readonly every: number
  /** Milliseconds after which a scrape is given up. */
  readonly limit: number
  /** Whether to go on when so many were begun. */
  readonly goOn: (scrapes: number) => boolean
}

/**
 * Scrapes all servers at fixed moments, whether the scrapes before were answered or not: else a
 * slow answer would keep us from seeing the next slow one. Returns the milliseconds by server.
 */
export async function scrapeEvery(
  scrapers: readonly Scraper[],
  { every, limit, goOn }: SteadyScrapes,
): Promise<readonly (readonly number[])[]> {
  const waiting = scrapers.map(() => [] as Promise<number>[])
  for (let scrapes = 0; goOn(scrapes); scrapes++)
    for (const [index, scraper] of scrapers.entries()) {
      waiting[index]?.push(scraper.scrape(limit))
      await delay(every / scrapers.length)
    }
  return await Promise.all(waiting.map((times) => Promise.all(times)))
}

/** Whether the answer came before the signal; any answer but 200 is an error. */
async function scrapeOnce(
  url: string,
  headers: Headers,
  agent: Agent,
  signal: AbortSignal,
): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const failed = (error: Error) => (signal.aborted ? resolve(false) : reject(error))
    get(url, { agent, headers, signal }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answers ${answer.statusCode}`))
      answer.on('end', () => resolve(true))
      answer.on('error', failed)
      answer.resume()
    }).on('error', failed)
  })
}
