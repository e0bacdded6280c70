import { startProgram } from '../../support/child-process.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { runFile } from '../node-program.ts'
import { quantile } from '../statistics.ts'
import { scaled } from './scale.ts'

/** What others do with the server at the same time. */
export interface Traffic {
  readonly name: string
  readonly rounds: number
  /** Runs it for some seconds. */
  readonly run: (redis: RedisServer) => Promise<readonly Latency[]>
}

/** How long others waited, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly largest: number
}

const rate = 1_000
const seconds = scaled(4)

const paced: Traffic = {
  name: `a client that sends a GET or SET every ms, for ${seconds} s`,
  rounds: 3,
  async run({ port }) {
    await using client = runFile(new URL('paced-client.ts', import.meta.url), {
      PORT: String(port),
      RATE: String(rate),
      SECONDS: String(seconds),
    })
    await client.exited
    const times = readTimes(client.stdout(), client.output())
    const [p50 = 0, p99 = 0, largest = 0] = [0.5, 0.99, 1].map((share) => quantile(times, share))
    return [{ p50, p99, largest }]
  },
}

function readTimes(text: string, said: string): readonly number[] {
  const times: unknown = text === '' ? undefined : JSON.parse(text)
  if (!Array.isArray(times) || times.length === 0) throw new Error(`the client failed:\n${said}`)
  return times.map(Number)
}

function redisBenchmark(clients: number, requests: number): Traffic {
  const count = scaled(requests)
  return {
    name: `redis-benchmark, ${clients} connections at full speed`,
    rounds: 1,
    async run({ port }) {
      await using benchmark = startProgram({
        program: 'redis-benchmark',
        args: [
          ...['-h', '127.0.0.1', '-p', String(port), '-t', 'set,get', '--csv'],
          ...['-c', String(clients), '-n', String(count), '-d', '40'],
        ],
      })
      await benchmark.exited
      return readCsv(benchmark.stdout())
    },
  }
}

/** Each test of redis-benchmark is a line: its name, requests/s, mean, least, p50, p95, p99, most. */
export function readCsv(text: string): readonly Latency[] {
  const lines = [...text.matchAll(/^"[SG]ET",(.*)$/gm)].map(([, numbers = '']) =>
    numbers.split(',').map((one) => Number(one.replaceAll('"', ''))),
  )
  if (lines.length === 0) throw new Error(`redis-benchmark printed no figures:\n${text}`)
  return lines.map(([, , , p50 = Number.NaN, , p99 = Number.NaN, largest = Number.NaN]) => ({
    p50,
    p99,
    largest,
  }))
}

// From polite to merciless: with 50 connections the server is busy and others queue up anyway.
export const allTraffic: readonly Traffic[] = [
  paced,
  redisBenchmark(2, 30_000),
  redisBenchmark(50, 60_000),
]
