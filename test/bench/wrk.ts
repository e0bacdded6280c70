import { startProgram } from '../support/child-process.ts'
import { findProgram } from '../support/programs.ts'

/** What to ask for, again and again. */
export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly seconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
}

// One thread leaves the other core to the server; eight connections keep the server busy.
const threads = 1
const connections = 8

export const loadDescription = `wrk, ${threads} thread, ${connections} connections kept alive`

export function requireWrk(): void {
  if (findProgram('wrk') === undefined)
    throw new Error(
      'The program wrk was not found. On Debian: apt-get install --no-install-recommends wrk',
    )
}

/** Asks as fast as the server answers. Any answer but 200, and any lost connection, is an error. */
export async function runWrk({ url, headers, seconds }: Load): Promise<LoadResult> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  await using wrk = startProgram({
    program: 'wrk',
    args: [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, ...fields, url],
  })
  const { code } = await wrk.exited
  const text = wrk.stdout()
  const requests = /(\d+) requests in /.exec(text)?.[1]
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]
  const failed = /Socket errors|Non-2xx/.test(text)
  if (code !== 0 || failed || requests === undefined || rate === undefined)
    throw new Error(`wrk failed at ${url}:\n${wrk.output()}`)
  return { requests: Number(requests), requestsPerSecond: Number(rate) }
}
