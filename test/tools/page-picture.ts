// Makes the picture of the page for README.md, of servers that are made up: `npm run picture`.
import { stat } from 'node:fs/promises'
import { startBrowser } from '../support/browser.ts'
import { serveShownFleet } from '../support/shown-fleet.ts'

const path = 'src/http/overview.png'
const mostBytes = 100_000

await using exporter = await serveShownFleet()
await using browser = await startBrowser()
const page = await browser.newPage({
  viewport: { width: 1240, height: 930 },
  // As wide as GitHub shows it.
  deviceScaleFactor: 0.75,
})
await page.goto(`http://127.0.0.1:${exporter.port}/`)
await page.screenshot({ path })

const { size } = await stat(path)
console.log(`${path}: ${Math.round(size / 1000)} kB`)
if (size > mostBytes) throw new Error(`the picture shall have ${mostBytes} bytes at most`)
