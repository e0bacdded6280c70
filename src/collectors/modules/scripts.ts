import { createHash } from 'node:crypto'
import { fromBinary, toBinary } from '../../keyspace/binary-text.ts'
import { gauge, sample } from '../../metrics/metric.ts'
import { readFloat } from '../../metrics/read-float.ts'
import type { Options, Values } from '../../options/option.ts'
import { flag, readableFiles } from '../../options/value-kinds.ts'
import type { Reply } from '../../redis/command.ts'
import type { BulkReply } from '../../redis/connection.ts'
import { byTwos } from '../../redis/names-and-values.ts'
import { isRedisError, type RedisError, redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import { type Collector, collector, type Poll } from '../collector.ts'
import { readList } from '../reading/read-list.ts'
import type { ScriptFiles } from './script-files.ts'

const result = gauge(
  'script_result',
  'What came of a script: 1 values, 2 none, 0 a failure (EVALSHA or EVAL_RO)',
  ['filename'],
)
const value = gauge('script_values', 'A value that a script returned (EVALSHA or EVAL_RO)', [
  'key',
  'filename',
])

const failed = 0
const exported = 1
const empty = 2

// No keys, and one argument: the Go exporter calls scripts in this way, so they may count on it.
const scriptArguments = ['0', '0'] as const

interface Outcome {
  readonly path: string
  /** Undefined when the script failed. */
  readonly values: ReadonlyMap<string, number> | undefined
}

const group = 'Keys, streams and scripts'

const options = {
  script: {
    flags: ['script'],
    env: ['REDIS_EXPORTER_SCRIPT'],
    scope: 'target',
    group: group,
    help: 'Files of Lua scripts whose results to export, separated by commas',
    kind: readableFiles,
    default: undefined,
  },
  scriptReadOnly: {
    flags: ['lua-script-read-only'],
    env: ['REDIS_EXPORTER_LUA_SCRIPT_READ_ONLY'],
    scope: 'target',
    group: group,
    needs: ['script'],
    help: 'Run them by EVAL_RO, so that they cannot write; false lets them, and servers before Redis 7 run them',
    kind: flag,
    default: 'true',
  },
} as const satisfies Options

type Reading = Poll<Values<typeof options>>

export function createScripts(files: ScriptFiles): Collector {
  const readSource = createSourceReader(files)
  const evaluate = createEvaluate()

  async function run(poll: Reading, path: string): Promise<Outcome> {
    let source = ''
    try {
      source = await readSource(path)
      return { path, values: await readValues(await evaluate(poll, source)) }
    } catch (error) {
      if (!isRedisError(error) || concernsAll(error)) throw error
      poll.failPart(path, withoutData(error, source))
      return { path, values: undefined }
    }
  }

  return collector({
    name: 'scripts',
    help: 'what the Lua scripts of --script return when they run on the server',
    metrics: [result, value],
    schedule: 'slow',
    commands: ['script|load', 'evalsha', 'eval_ro'],
    // They may name any key, and call commands that are not ours.
    access: ({ scriptReadOnly }, database) => ({
      commands: [
        ...(scriptReadOnly ? ['eval_ro'] : ['script|load', 'evalsha']),
        ...(database > 0 ? ['select'] : []),
      ],
      keys: ['*'],
      writes: !scriptReadOnly,
      remark: 'And what the scripts themselves call.',
    }),
    options,
    example: { script: 'example.lua' },
    isWanted: ({ script = [] }) => script.length > 0,
    async collect(poll) {
      const paths = [...new Set(poll.settings.script)]
      const outcomes = await Promise.all(paths.map((path) => run(poll, path)))
      // First what came of the scripts: a bound on series must not hide it.
      const samples = [
        outcomes.map(({ path, values }) => sample(result, resultOf(values), { filename: path })),
      ]
      for (const { path, values = [] } of outcomes)
        samples.push(
          await readList(poll, values, ([key, number]) => [
            sample(value, number, { key, filename: path }),
          ]),
        )
      return samples.flat()
    },
  })
}

function resultOf(values: Outcome['values']): number {
  if (!values) return failed
  return values.size > 0 ? exported : empty
}

/** Reads files once, and again when they change. */
function createSourceReader(files: ScriptFiles): (path: string) => Promise<string> {
  const known = new Map<string, { readonly stamp: string; readonly source: string }>()
  return async (path) => {
    try {
      const stamp = await files.stamp(path)
      const last = known.get(path)
      if (last?.stamp === stamp) return last.source
      const source = await files.read(path)
      known.set(path, { stamp, source })
      return source
    } catch (failure) {
      const code = failure instanceof Error && 'code' in failure ? ` (${failure.code})` : ''
      throw redisError('other', `the file cannot be read${code}`)
    }
  }
}

// So many scripts times servers; beyond, they are loaded once more.
const mostLoaded = 10_000

/** Runs a script by its SHA, for which each run of a server must be given it once. */
function createEvaluate(): (poll: Reading, source: string) => Promise<Reply> {
  const loaded = new Set<string>()

  async function load(poll: Poll, source: string, key: string): Promise<void> {
    await poll.read('SCRIPT', 'LOAD', source)
    if (loaded.size >= mostLoaded) loaded.clear()
    loaded.add(key)
  }

  return async (poll, source) => {
    if (poll.settings.scriptReadOnly) return await evaluateReadOnly(poll, source)
    const sha = createHash('sha1').update(source).digest('hex')
    const key = `${poll.server.runId} ${sha}`
    if (!loaded.has(key)) await load(poll, source, key)
    try {
      return await readInDatabase(poll, 'EVALSHA', sha, ...scriptArguments)
    } catch (error) {
      // Somebody ran SCRIPT FLUSH.
      if (!isRedisError(error) || error.code !== 'NOSCRIPT') throw error
      await load(poll, source, key)
      return await readInDatabase(poll, 'EVALSHA', sha, ...scriptArguments)
    }
  }
}

const mayWrite = '--lua-script-read-only=false runs scripts in a way in which they can write'

async function evaluateReadOnly(poll: Poll, source: string): Promise<Reply> {
  const none = `the server has no EVAL_RO, which Redis has from 7.0 on; ${mayWrite}`
  if (!poll.server.knows('eval_ro')) throw redisError('unknown_command', none)
  try {
    return await readInDatabase(poll, 'EVAL_RO', source, ...scriptArguments)
  } catch (error) {
    if (!isRedisError(error)) throw error
    if (error.reason === 'unknown_command') throw redisError('unknown_command', none)
    if (!/write commands are not allowed/i.test(error.message)) throw error
    throw redisError(error.reason, `${error.message} ${mayWrite}`, error.code)
  }
}

/** Reads a command in the database that the address names, as the Go exporter does. */
async function readInDatabase(poll: Poll, name: string, ...words: string[]): Promise<Reply> {
  const { database } = poll
  if (database === 0) return await poll.read(name, ...words)
  const [reply = null] = await poll.readIn(database, [[name, ...words.map(toBinary)]])
  return asText(reply)
}

function asText(reply: BulkReply): Reply {
  if (isRedisError(reply)) throw reply
  if (typeof reply === 'string') return fromBinary(reply)
  return typeof reply === 'object' && reply !== null ? reply.map(asText) : reply
}

/*
 * The server quotes names from a script, which is the operator's own. One that does not stand there
 * was made while it ran, maybe of a key.
 */
function withoutData(error: RedisError, source: string): RedisError {
  const message = error.message.replace(/'([^']{0,300})'/g, (quoted, name: string) =>
    name === '<eof>' || source.includes(name) ? quoted : "'…'",
  )
  return redisError(error.reason, message, error.code)
}

// Without its connection no script can run; any other error is that of a script.
function concernsAll({ reason }: RedisError): boolean {
  return ['timeout', 'connection', 'tls', 'protocol'].includes(reason)
}

// How Lua writes 0/0, and nobody else does.
const ofLua = /^-nan$/

/** Names and numbers by turns; the last value of a name counts. */
async function readValues(reply: Reply): Promise<ReadonlyMap<string, number>> {
  if (!Array.isArray(reply) || reply.length % 2 !== 0) throw unreadable()
  const values = new Map<string, number>()
  await inSlices(byTwos(reply), ([name, text]) => {
    const number = readFloat(String(text).replace(ofLua, 'nan'))
    if (typeof name !== 'string' || Array.isArray(text) || number === undefined) throw unreadable()
    values.set(name, number)
  })
  return values
}

function unreadable(): RedisError {
  return redisError('parse', 'the reply is no list of names and numbers by turns')
}
