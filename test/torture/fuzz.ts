import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { mainThread, peakResidentBytes } from '../bench/process-figures.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition, parseExposition, sampleValue } from '../support/exposition.ts'
import { type HostileServer, startHostileServer } from './hostile-server.ts'

const script = fileURLToPath(new URL('../support/answer.lua', import.meta.url))
const password = 'canary-7Kq'

// A probe during which our thread runs for longer found one that holds the event loop; by the clock it takes as long
// as others let it wait.
const longestRun = 5_000
const longestAnswer = 30_000
const lookEvery = 200
const recovery = { within: 30_000, every: 250 }

/** Everything that sends a command, as fast as the exporter goes. */
const args = [
  ...['--poll.interval=1s', '--poll.timeout=900ms', '--scan.interval=1s', '--scan.timeout=5s'],
  ...['--export-client-list', '--include-config-metrics', '--include-system-metrics'],
  ...['--include-modules-metrics', '--include-unknown-info-fields', '--collect.slowlog-entries'],
  ...['--collect.memory-stats', '--collect.clients-aggregate', '--collect.acl-log'],
  ...['--collect.function-stats', '--collect.hotkeys', '--collect.cluster-links'],
  ...['--collect.biggest-keys', '--collect.commandlog-entries', '--collect.info-debug'],
  ...['--check-single-keys=string,long-string,hyperloglog,list,stream', '--check-keys=*'],
  ...['--count-keys=*', '--check-streams=*', '--check-single-streams=orders', `--script=${script}`],
  ...['--check-key-groups=^(%a+)', '--scan.max-load=0'],
]

/** What a run of the fuzzing saw. */
export interface FuzzFigures {
  readonly replies: number
  readonly pollsUp: number
  readonly pollsDown: number
  readonly expositions: number
  readonly slowestProbeMilliseconds: number
  readonly peakResidentBytes: number
}

/**
 * Lets the built exporter watch a hostile server for so long. Throws, with the seed and the last
 * exchanges, as soon as the exporter is gone, hangs, serves what is no exposition, or tells the
 * password; or when it does not come back once the server speaks as it should.
 */
export async function fuzz(seed: number, seconds: number): Promise<FuzzFigures> {
  await using server = await startHostileServer(seed)
  await using exporter = await startExporter({
    args,
    env: { REDIS_URL: `redis://:${password}@127.0.0.1:${server.port}` },
  })
  try {
    const seen = await watch(exporter, seconds)
    server.behave()
    const figures = await eventually(() => recovered(exporter), recovery)
    assertNoSecret(exporter.logs())
    return { ...figures, ...seen, replies: server.replies() }
  } catch (cause) {
    throw new Error(describeFind(seed, seconds, server, exporter), { cause })
  }
}

async function watch(exporter: Exporter, seconds: number) {
  const end = performance.now() + seconds * 1e3
  let slowestProbeMilliseconds = 0
  let expositions = 0
  while (performance.now() < end) {
    const asked = performance.now()
    const alive = await answerOf(exporter, '/healthz')
    slowestProbeMilliseconds = Math.max(slowestProbeMilliseconds, performance.now() - asked)
    if (alive.status !== 200) throw new Error(`/healthz answers ${alive.status}: ${alive.body}`)
    const { body } = await answerOf(exporter, '/metrics')
    const faults = checkExposition(body)
    if (faults.length > 0) throw new Error(`/metrics is no exposition: ${faults.join('; ')}`)
    for (const path of ['/ready', '/']) assertNoSecret((await answerOf(exporter, path)).body)
    assertNoSecret(body)
    expositions += 1
    await delay(lookEvery)
  }
  return { slowestProbeMilliseconds, expositions }
}

async function answerOf(exporter: Exporter, path: string) {
  const before = mainThread(exporter.pid)
  const during = () => {
    const now = mainThread(exporter.pid)
    const ran = Math.round(now.ran - before.ran)
    return {
      ran,
      text: `it ran for ${ran} ms, and waited for a core for ${Math.round(now.waited - before.waited)}`,
    }
  }
  const late = new AbortController()
  const failure = delay(longestAnswer, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${path} gives no answer within ${longestAnswer} ms: ${during().text}`)
  })
  failure.catch(() => undefined)
  const ended = exporter.exited.then(({ code, signal }) => {
    throw new Error(`the exporter has ended (${signal ?? `code ${code}`})`)
  })
  try {
    const answer = await Promise.race([exporter.get(path), failure, ended])
    const { ran, text } = during()
    if (ran > longestRun) throw new Error(`${path} was answered late: ${text}`)
    return answer
  } finally {
    late.abort()
  }
}

async function recovered(exporter: Exporter) {
  const families = parseExposition((await answerOf(exporter, '/metrics')).body)
  const value = (name: string, labels = {}) => sampleValue(families, `redis_${name}`, labels) ?? 0
  if (value('up') !== 1) throw new Error('redis_up is not 1 though the server behaves')
  return {
    pollsUp: value('exporter_polls_total', { result: 'up' }),
    pollsDown: value('exporter_polls_total', { result: 'down' }),
    peakResidentBytes: peakResidentBytes(exporter.pid),
  }
}

function assertNoSecret(text: string): void {
  if (text.includes(password)) throw new Error('the password was told')
}

function describeFind(seed: number, seconds: number, server: HostileServer, exporter: Exporter) {
  return [
    `found with SEED=${seed}; again: SEED=${seed} SECONDS=${seconds} make torture ONLY=fuzz`,
    'the last exchanges:',
    ...server.lastExchanges(),
    'the last lines of the log:',
    ...exporter.logs().split('\n').slice(-15),
  ].join('\n')
}
