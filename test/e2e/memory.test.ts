import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { defaultMaxReplyBytes } from '../../src/redis/connection-limits.ts'
import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { longInfo } from '../support/long-info.ts'
import { manifestMemory } from '../support/manifest-memory.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'

vi.setConfig({ testTimeout: 330_000 })

// The largest replies that are accepted, in the memory and with the heap that our manifest gives.
const { limit, nodeOptions } = manifestMemory

const clients = Array.from(
  { length: 1_000 },
  (_, index) =>
    `id=${index + 1} addr=10.0.0.1:${index} laddr=10.0.0.2:6379 fd=${index} name=app${index} age=1 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=1928 events=r cmd=get user=default redir=-1 resp=2 lib-name= lib-ver=`,
).join('\n')

const databases = Array.from(
  { length: 100 },
  (_, index) => `db${index}:keys=${index},expires=0,avg_ttl=0`,
)

const head = `${longInfo(0)}# Keyspace\r\n${databases.join('\r\n')}\r\n`

/** The longest of those that fit beside the list of clients. */
function longest(lines: (count: number) => string): string {
  const room = defaultMaxReplyBytes - clients.length - head.length - 4_096
  let count = 200_000
  while (lines(count).length > room) count = Math.floor(0.95 * count)
  return head + lines(count)
}

const list = (section: string, line: (index: number) => string) => (count: number) =>
  `# ${section}\r\n${Array.from({ length: count }, (_, index) => `${line(index)}\r\n`).join('')}`

// Each mostly waits for its next poll.
it.concurrent.each([
  ['commands, errors and latencies', longInfo],
  ['errors', list('Errorstats', (index) => `errorstat_${index}:count=1`)],
  [
    'replicas',
    list(
      'Replication\r\nrole:master',
      (index) => `slave${index}:ip=1.2.3.4,port=1,state=online,offset=1,lag=1`,
    ),
  ],
  ['fields that nobody knows', list('Other', (index) => `f${index}:1`)],
])('a server that lists as many %s as may be fits the memory of the manifest', async (_, lines) => {
  const info = resp.bulk(longest(lines))
  expect(nodeOptions).toMatch(/=\d+$/)
  await using peer = await startPeer(
    answers(([name, word]) => {
      if (name === 'INFO') return info
      return word === 'LIST' ? resp.bulk(clients) : resp.error('ERR unknown command')
    }),
  )
  await using exporter = await startExporter({
    args: [`--redis.addr=${peer.url}`, '--export-client-list', '--include-unknown-info-fields'],
    env: { NODE_OPTIONS: nodeOptions, POLL_INTERVAL: '10s', POLL_TIMEOUT: '100s' },
  })
  const anonymous: number[] = []
  const looks = setInterval(() => anonymous.push(anonymousBytes(exporter.pid)), 50)
  await eventually(
    async () => {
      // Not read strictly, as by others: that takes longer for so much than to serve it.
      const { body } = await exporter.get('/metrics')
      const polls = Number(/^redis_exporter_polls_total\{result="up"\} (\d+)$/m.exec(body)?.[1])
      expect(polls).toBeGreaterThan(1)
    },
    { within: 300_000, every: 500 },
  ).finally(() => clearInterval(looks))

  // What is of files, such as Node's own program, Linux takes back when it needs the memory.
  expect(Math.max(...anonymous)).toBeLessThan(limit)
})

function anonymousBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
