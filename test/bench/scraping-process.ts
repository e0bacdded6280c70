import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createScraper, scrapeEvery } from './scraper.ts'

/** How it is scraped, all in milliseconds but the address. */
interface Scraping {
  readonly url: string
  readonly every: number
  readonly limit: number
  readonly during: number
}

export interface ScrapingProcess extends Disposable {
  /** How long each scrape took, in milliseconds. */
  scrape(scraping: Scraping): Promise<readonly number[]>
}

/**
 * Scrapes from a process of its own: whoever plays the server that is polled has turns of his own,
 * which a scrape would else wait for as well.
 */
export function startScrapingProcess(): ScrapingProcess {
  const child = fork(fileURLToPath(import.meta.url))
  return {
    async scrape(scraping) {
      child.send(scraping)
      const [times] = await once(child, 'message')
      return times
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}

async function scrapeAsTold({ url, every, limit, during }: Scraping): Promise<void> {
  using scraper = createScraper(url)
  const end = performance.now() + during
  const goOn = () => performance.now() < end
  const [times = []] = await scrapeEvery([scraper], { every, limit, goOn })
  process.send?.(times)
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send)
  process.on('message', (scraping) => void scrapeAsTold(scraping as Scraping))
