// Asks for targets one by one as Prometheus does that found them by /sd, from a process of its own: each
// once in an interval, spread over it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { moveTo, otherCore } from './cores.ts'
import { createQuickClient, type QuickAnswer, type QuickClient } from './quick-get.ts'

/** Whom to ask, times in milliseconds. */
export interface Asking {
  readonly urls: readonly string[]
  readonly every: number
  readonly during: number
}

/** An answer, or what of it is of interest here. */
export interface Asked {
  /** Of the urls. */
  readonly index: number
  /** Until all of it was there, in milliseconds. */
  readonly took: number
  readonly bytes: number
  readonly isUp: boolean
  /** When the poll began that it tells of, in milliseconds since 1970. */
  readonly polledAt: number
  readonly skipped: number
  readonly series: number
}

export interface AskingProcess extends Disposable {
  ask(asking: Asking): Promise<readonly Asked[]>
}

export function startAskingProcess(): AskingProcess {
  const child = fork(fileURLToPath(import.meta.url))
  if (child.pid !== undefined) moveTo(otherCore, child.pid)
  return {
    async ask(asking) {
      child.send(asking)
      const [answer] = await once(child, 'message')
      if (typeof answer === 'string') throw new Error(answer)
      return answer
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}

interface Answer extends QuickAnswer {
  readonly index: number
}

async function askAsTold({ urls, every, during }: Asking): Promise<readonly Asked[]> {
  const [first = ''] = urls
  using client = createQuickClient(new URL(first).origin)
  const began = performance.now()
  const waiting: Promise<Answer>[] = []
  for (let count = 0; ; count++) {
    const at = began + (count * every) / urls.length
    if (at > began + during) break
    await delay(Math.max(0, at - performance.now()))
    const index = count % urls.length
    waiting.push(askOnce(urls[index] ?? '', index, client))
  }
  // Not before: to unpack one takes as long as the next one takes to come.
  return (await Promise.all(waiting)).map(readAnswer)
}

async function askOnce(url: string, index: number, client: QuickClient): Promise<Answer> {
  const { pathname, search } = new URL(url)
  const answer = await client.get(`${pathname}${search}`)
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
  return { ...answer, index }
}

function readAnswer({ index, milliseconds, body, isGzip }: Answer): Asked {
  // The body of all is tens of megabytes: how long it took is enough.
  const text = body.length > 1e6 ? '' : (isGzip ? gunzipSync(body) : body).toString('latin1')
  const value = (name: string) => Number(new RegExp(`^\\w+_${name} (.*)$`, 'm').exec(text)?.[1])
  return {
    index,
    took: milliseconds,
    bytes: body.length,
    isUp: value('up') === 1,
    polledAt: value('exporter_snapshot_timestamp_seconds') * 1e3,
    skipped: value('exporter_poll_skipped_total') || 0,
    series: value('exporter_snapshot_series') || 0,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send)
  process.on('message', (asking) => {
    askAsTold(asking as Asking).then(
      (all) => process.send?.(all),
      (error) => process.send?.(String(error)),
    )
  })
