import { collectDefaultMetrics, Registry } from 'prom-client'
import memory from 'prom-client/lib/metrics/osMemoryHeap.js'
import processor from 'prom-client/lib/metrics/processCpuTotal.js'
import mostFiles from 'prom-client/lib/metrics/processMaxFileDescriptors.js'
import openFiles from 'prom-client/lib/metrics/processOpenFileDescriptors.js'
import startTime from 'prom-client/lib/metrics/processStartTime.js'
import { type Clock, toMicroseconds } from '../clock.ts'
import { type EncodedBody, encodeBodyAtOnce, storeBody } from './encoded-body.ts'
import type { OwnMetrics } from './own-metrics.ts'

const freshMilliseconds = 1000

/** What prom-client tells of our process, and beside it of Node.js, by the beginning of the names. */
export type ProcessFamilies = readonly [] | readonly ['process'] | readonly ['process', 'nodejs']

/** What the exporter tells of itself, encoded when somebody asks. */
export interface OwnBody {
  /** A promise, which never rejects, where what was encoded last holds no more. */
  current(): EncodedBody | Promise<EncodedBody>
  /** To be called when a poll has ended: its counts are served to whoever asks next. */
  outdate(): void
}

/**
 * Encodes our own metrics and, under the names of prom-client, those families of the process and
 * Node.js that are wanted: at most once a second and once after each poll, and not at all while
 * nobody asks. No encoding begins before the last one has ended, so that no counter goes back.
 */
export function createOwnBody(
  ownMetrics: Pick<OwnMetrics, 'render'>,
  families: ProcessFamilies,
  clock: Pick<Clock, 'monotonic'>,
  onError: (error: unknown) => void,
): OwnBody {
  const registry = processRegistry(families)
  let runtime = ''
  let readAt = -Infinity
  let body = storeBody('')
  let isOutdated = false
  let encoding: Promise<EncodedBody> | undefined

  const isFresh = () => clock.monotonic() - readAt < freshMilliseconds

  async function encode(): Promise<EncodedBody> {
    isOutdated = false
    try {
      // Reading these takes longer than a whole scrape, so they do not follow the polls.
      if (!isFresh()) {
        readAt = clock.monotonic()
        // Without any it would be an empty line.
        runtime = families.length > 0 ? withoutFalseDigits(await registry.metrics()) : ''
      }
      // At once, because threads that compress may all be waiting for a name server.
      body = encodeBodyAtOnce(runtime + (await ownMetrics.render()))
    } catch (error) {
      onError(error)
    }
    encoding = undefined
    return body
  }

  return {
    current() {
      if (!encoding && isFresh() && !isOutdated) return body
      encoding ??= encode()
      return encoding
    },
    outdate() {
      isOutdated = true
    },
  }
}

// Sums of durations gather digits that were never measured.
function withoutFalseDigits(text: string): string {
  return text.split('\n').map(withoutFalseDigitsIn).join('\n')
}

function withoutFalseDigitsIn(line: string): string {
  const at = line.lastIndexOf(' ') + 1
  const value = line.slice(at)
  if (!line.includes('_seconds') || !/^\d+\.\d{7}/.test(value)) return line
  return `${line.slice(0, at)}${toMicroseconds(Number(value))}`
}

// prom-client offers all or nothing; but those of Node.js watch the event loop and every collection
// of garbage, also where nobody looks.
function processRegistry([process, nodejs]: ProcessFamilies): Registry {
  const registry = new Registry()
  if (nodejs) collectDefaultMetrics({ register: registry })
  else if (process)
    for (const register of [processor, startTime, memory, openFiles, mostFiles]) register(registry)
  return registry
}
