// Asks for targets one by one as Prometheus does that found them by /sd, from a process of its own: each
// once in an interval, spread over it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { moveTo, otherCore } from './cores.ts'

/** Whom to ask, times in milliseconds; without `reads` nothing but the time is looked at. */
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

interface Answer {
  readonly index: number
  readonly took: number
  readonly body: Buffer
  readonly isGzip: boolean
}

async function askAsTold({ urls, every, during }: Asking): Promise<readonly Asked[]> {
  const agent = new Agent({ keepAlive: true })
  const began = performance.now()
  const waiting: Promise<Answer>[] = []
  for (let count = 0; ; count++) {
    const at = began + (count * every) / urls.length
    if (at > began + during) break
    await delay(Math.max(0, at - performance.now()))
    const index = count % urls.length
    waiting.push(askOnce(urls[index] ?? '', index, agent))
  }
  const all = await Promise.all(waiting)
  agent.destroy()
  // Not before: to unpack one takes as long as the next one takes to come.
  return all.map(readAnswer)
}

async function askOnce(url: string, index: number, agent: Agent): Promise<Answer> {
  const began = performance.now()
  return await new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'Accept-Encoding': 'gzip' } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const took = performance.now() - began
        if (answer.statusCode !== 200) reject(new Error(`${url} answers ${answer.statusCode}`))
        const isGzip = answer.headers['content-encoding'] === 'gzip'
        resolve({ index, took, body: Buffer.concat(chunks), isGzip })
      })
    }).on('error', reject)
  })
}

function readAnswer({ index, took, body, isGzip }: Answer): Asked {
  // The body of all is tens of megabytes: how long it took is enough.
  const text = body.length > 1e6 ? '' : (isGzip ? gunzipSync(body) : body).toString('latin1')
  const value = (name: string) => Number(new RegExp(`^\\w+_${name} (.*)$`, 'm').exec(text)?.[1])
  return {
    index,
    took,
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
