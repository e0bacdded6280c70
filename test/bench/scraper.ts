import { Agent, get } from 'node:http'

export interface Scraper extends Disposable {
  /** The milliseconds until the whole answer was there; Infinity when it did not come in time. */
  scrape(within: number): Promise<number>
}

/** Scrapes as Prometheus does: with gzip, on connections that are kept. */
export function createScraper(url: string): Scraper {
  const agent = new Agent({ keepAlive: true })
  return {
    scrape: async (within) => {
      const start = performance.now()
      const answered = await scrapeOnce(url, agent, AbortSignal.timeout(within))
      return answered ? performance.now() - start : Number.POSITIVE_INFINITY
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** Whether the answer came before the signal; any answer but 200 is an error. */
async function scrapeOnce(url: string, agent: Agent, signal: AbortSignal): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const failed = (error: Error) => (signal.aborted ? resolve(false) : reject(error))
    const headers = { 'Accept-Encoding': 'gzip' }
    get(url, { agent, headers, signal }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answers ${answer.statusCode}`))
      answer.on('end', () => resolve(true))
      answer.on('error', failed)
      answer.resume()
    }).on('error', failed)
  })
}
