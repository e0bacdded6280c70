import { type Command, commandName, type Reply } from './command.ts'
import type { Words } from './connection.ts'
import { type Info, parseInfoInSlices } from './info.ts'
import { isRedisError, isRefusal, type RedisError, redisError } from './redis-error.ts'
import type { RoundTrips } from './round-trips.ts'
import { askCommands, readKnownCommands, type ServerInfo, serverInfo } from './server-info.ts'

/** What was learnt of a server, kept for as long as its run_id stays the same. */
export interface Knowledge {
  /** The widest form of INFO that the server answers. */
  readonly infoCommand: Command
  readonly commands: ReadonlySet<string> | undefined
  readonly server: ServerInfo
  /** Commands that the server refused for good; they are not sent again. */
  readonly refusals: Map<string, RedisError>
}

// Servers before 7 answer an unknown section with nothing, look-alikes with an error.
const infoCommands: readonly Command[] = [['INFO', 'everything'], ['INFO', 'all'], ['INFO']]

/*
 * Learns what a server is and has: one round trip, and one more for each form of INFO that it
 * does not know. Rejects when INFO cannot be read.
 */
async function learn(
  trips: RoundTrips,
  greeting: Command | undefined,
): Promise<{ info: Info; knowledge: Knowledge }> {
  const refusals = new Map<string, RedisError>()
  let greets = greeting
  let asked: Promise<ReadonlySet<string> | undefined> | undefined
  let last: RedisError | undefined
  for (const infoCommand of infoCommands) {
    // INFO goes first: a server that refuses us at the door says why to the first command only.
    const read = readInfo(trips, infoCommand)
    asked ??= trips.read(askCommands).then(readKnownCommands, unlessGone)
    greet(trips, refusals, greets)
    greets = undefined
    try {
      const [info, commands] = await Promise.all([read, asked])
      const server = serverInfo(info, commands)
      return { info, knowledge: { infoCommand, commands, server, refusals } }
    } catch (error) {
      if (!isRedisError(error) || !mayKnowAnotherForm(error)) throw error
      last = error
    }
  }
  throw last ?? redisError('parse', 'INFO gave nothing')
}

/**
 * Meets a server over a new connection: reads INFO, and learns what the server has unless it is
 * the one we know already. `greeting` is a command that goes along and may fail.
 */
export async function meet(
  trips: RoundTrips,
  known: Knowledge | undefined,
  greeting?: Command,
): Promise<{ info: Info; knowledge: Knowledge }> {
  if (!known) return learn(trips, greeting)
  const read = readInfo(trips, known.infoCommand)
  greet(trips, known.refusals, greeting)
  const info = await read.catch((error) => {
    if (isRedisError(error) && mayKnowAnotherForm(error)) return undefined
    throw error
  })
  const knowledge = info && refresh(known, info)
  // Another server may let us do what the one before refused, so it is greeted as well.
  return knowledge ? { info, knowledge } : learn(trips, greeting)
}

/** What is known after another INFO; undefined when it comes from another server. */
export function refresh(known: Knowledge, info: Info): Knowledge | undefined {
  const server = serverInfo(info, known.commands)
  return server.runId === known.server.runId ? { ...known, server } : undefined
}

/** Reads INFO in the given form; rejects when the reply holds no field. */
export async function readInfo(trips: RoundTrips, command: Command): Promise<Info> {
  const reply = await trips.read(command)
  const info = await parseInfoInSlices(typeof reply === 'string' ? reply : '')
  if (info.anywhere.size === 0) throw redisError('parse', 'the reply of INFO holds no fields')
  return info
}

// Their errors may be those of a script, which says nothing about the next one.
const ofScripts = new Set(['script|load', 'evalsha', 'eval_ro'])

/** Reads a command unless the server refused it before, and remembers when it does so now. */
export async function readUnlessRefused(
  trips: RoundTrips,
  refusals: Map<string, RedisError>,
  command: Command,
  words: Words = 'text',
): Promise<Reply> {
  const name = commandName(command)
  const refusal = refusals.get(name)
  if (refusal) throw refusal
  try {
    return await trips.read(command, words)
  } catch (error) {
    if (!isRedisError(error) || !isRefusal(error) || ofScripts.has(name)) throw error
    // The first of those that were under way together stands for all of them.
    const first = refusals.get(name) ?? error
    refusals.set(name, first)
    throw first
  }
}

// Nobody waits for the reply: it comes with those that are waited for, and a refusal is remembered.
function greet(
  trips: RoundTrips,
  refusals: Map<string, RedisError>,
  greeting: Command | undefined,
): void {
  if (greeting) readUnlessRefused(trips, refusals, greeting).catch(() => undefined)
}

// A user who may not run COMMAND still gets everything else: then all commands are tried once.
function unlessGone(): undefined {
  return undefined
}

function mayKnowAnotherForm({ reason }: RedisError): boolean {
  return reason === 'parse' || reason === 'other' || reason === 'unknown_command'
}
