import { type Browser, chromium } from 'playwright-core'
import { requireProgram } from './programs.ts'

/** A Chromium that asks nobody for anything of its own. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireProgram(process.env.CHROMIUM ?? 'chromium'),
    args: [
      // Whoever builds is root in many places; the pages are ours.
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-pings',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
}
