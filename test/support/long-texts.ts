// Feeds every parser a megabyte of what is worst for it. Runs in a process of its own, because a
// parser that tries too many ways never comes back: it says on its standard output what it begins,
// a line each, so that whoever started it knows where it stands.
import { systemClock } from '../../src/clock.ts'
import { readDatabaseKeys } from '../../src/collectors/reading/database-lines.ts'
import { compileGlob, hasWildcard } from '../../src/keyspace/glob.ts'
import { hashSlot } from '../../src/keyspace/hash-slot.ts'
import { keyLabel } from '../../src/keyspace/key-label.ts'
import { encode } from '../../src/metrics/encode.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { readFloat } from '../../src/metrics/read-float.ts'
import { dividedBy, readField, readNumber, readPercentage } from '../../src/metrics/read-value.ts'
import { regularExpression } from '../../src/options/value-kinds.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { readAclLog } from '../../src/redis/acl-log-entries.ts'
import { clientFlags } from '../../src/redis/client-flags.ts'
import { clientId, parseClient, splitAddress } from '../../src/redis/client-lines.ts'
import { readNodeLines } from '../../src/redis/cluster-nodes-reply.ts'
import type { Reply } from '../../src/redis/command.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { parseNameValueList, readPairs } from '../../src/redis/names-and-values.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { linesOf } from '../../src/redis/text-lines.ts'
import { readEffort } from '../../src/walk/server-effort.ts'
import { everythingWanted } from './everything-wanted.ts'
import { fakePoll } from './fake-poll.ts'
import { collectors } from './registry.ts'

const length = 1_000_000

/** What a text is made of again and again, and what it ends with so that nothing matches. */
const units = [
  ...['1', '.', '1.', '1_', 'e', '0x', '-', '%'],
  ...[',', ' ', '"', '\\', '[', ']', '{', '}', ':', '=', '|', '#', '@', '/'],
  ...['\n', '\r', '\r\n', '\t', '\n#', 'a:\n', 'a:1\r\n', '# a\n', 'a=1,', 'a=1 ', 'id=1 addr='],
  ...['db', 'db0', 'p50=', 'name=,status=', 'access ', 'key access ', 'NOPERM ', 'master', '\\x00'],
  ...['\u00e2', '\ud83d\ude00', '\ud83d', 'a', 'A'],
]

const label = gauge('label', 'A label (the test)', ['text'])

function matchesIndex(text: string): boolean {
  const pattern = regularExpression.read('(a+)+$')
  if (!pattern) throw new Error('the pattern is none')
  return pattern.test(text)
}

/** The parsers of one text. */
const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  parseInfo: (text) => readAll(parseInfo(text)),
  'parseInfo of masters': (text) =>
    serverInfo(parseInfo(`# Sentinel\r\nmaster0:${text}`), undefined),
  parseNameValueList,
  parseClient,
  clientId: (text) => [clientId(text), clientId(`id=1 addr=${text}`), clientId(`id=${text}`)],
  linesOf: (text) => [...linesOf(text)].length,
  readNodeLines,
  'readNodeLines of a node': (text) =>
    readNodeLines(`a1 1.2.3.4:1@2 master - 0 0 1 connected ${text}`),
  splitAddress,
  clientFlags,
  readNumber,
  readField,
  readPercentage,
  dividedBy: dividedBy(10),
  readFloat,
  'readFloat of hexadecimals': (text) => readFloat(`0x${text}p1`),
  fromErrorReply,
  'fromErrorReply of a refusal': (text) => fromErrorReply(`NOPERM ${text}`),
  readAclLog: (text) =>
    readAclLog([['count', 1, 'reason', text, 'context', text, 'age-seconds', text]]),
  readPairs: (text) => readPairs([text, text]),
  readEffort: (text) => readEffort([`# Commandstats\r\ncmdstat_${text}`, text]),
  readDatabaseKeys: (text) => readDatabaseKeys(parseInfo(`# Keyspace\r\ndb0:${text}`)),
  encode: (text) => encode('redis', [sample(label, 1, { text })]),
  keyLabel,
  hashSlot,
  hasWildcard,
  'the pattern of check-search-indexes': (text) => matchesIndex(text),
  compileGlob: (text) =>
    ['a*', '*a', '*1*', 'user:[0-9]*:*'].map((pattern) => compileGlob(pattern)(text)),
}

/** The fields under which collectors read lists and texts. */
const fields = [
  ...['Commandstats cmdstat_', 'Errorstats errorstat_', 'Latencystats latency_percentiles_usec_'],
  ...['Keyspace db', 'Keysizes db0_distrib_', 'Replication slave', 'Replication master_host'],
  ...['Sentinel master', 'Modules module', 'Modules search_fields_', 'Threads io_thread_'],
  ...['Scripting Engines engine_', 'Server listener', 'Server redis_version', 'Cluster cluster_'],
  ...['Memory used_memory', 'Stats instantaneous_ops_per_sec', 'CPU used_cpu_user'],
]

/** An INFO of long lines: the text stands in the place of a value, and of a name and a value. */
function infoOf(unit: string): string {
  const text = repeated(unit.replaceAll(/[\r\n]/g, ''), 16_000)
  const lines = fields.flatMap((one) => {
    const [, section = '', field = ''] = /^(.*) (\S+)$/.exec(one) ?? []
    return [`# ${section}`, `${field}0:${text}`, `${field}:${text}`, `${field}${text}:1`]
  })
  return lines.join('\r\n')
}

// The pattern reads each text above, once: its time is in proportion, but long.
const settings = { ...everythingWanted, checkSearchIndexes: { test: () => true } }

async function collect(info: string, reply: Reply): Promise<void> {
  const poll = fakePoll({ info, replies: () => reply, settings })
  for (const collector of collectors) await runCollector(collector, poll, systemClock)
}

function repeated(unit: string, characters: number): string {
  return unit.repeat(Math.ceil(characters / Math.max(1, unit.length)))
}

function readAll({ sections, lists }: ReturnType<typeof parseInfo>): number {
  return [...sections.values(), ...lists.values()].flatMap((lines) => [...lines]).length
}

for (const unit of units) {
  const text = `${repeated(unit, length)}!`
  for (const [name, parse] of Object.entries(parsers)) {
    console.log(`${name} ${JSON.stringify(unit)}`)
    try {
      await parse(text)
    } catch {
      // That it cannot be read is an answer as well.
    }
  }
  for (const reply of [text, [text, text], [[text, text, text, text]], ['name', [text, [text]]]]) {
    console.log(`collectors ${JSON.stringify(unit)}`)
    await collect(infoOf(unit), reply)
  }
}
console.log('all read')
