import { type Command, commandName, type Reply, wordsOf } from './command.ts'
import type { Words } from './connection.ts'
import { type Info, parseInfoInSlices } from './info.ts'
import {
  isAbsence,
  isConnectionFailure,
  isRedisError,
  isRefusal,
  type RedisError,
  redisError,
} from './redis-error.ts'
import type { RoundTrips } from './round-trips.ts'
import {
  askCommands,
  askContainers,
  readKnownCommands,
  type ServerInfo,
  serverInfo,
} from './server-info.ts'
import { tooLargeOf } from './too-large.ts'

/**
 * Commands that a server refused, by name; those whose replies were too large, by all their words
 * and the database in which they were sent.
 */
export type Refusals = Map<string, RedisError> & {
  /** The one of them that is sent once more, by who asks for it first. */
  retried?: string | undefined
  /** The last reply that was too large, for whoever reads again without it. */
  tooLarge?: RedisError | undefined
  /** The databases of commands that are sent in another one than the first. */
  databases?: WeakMap<Command, number> | undefined
}

/** What was learnt of a server, kept for as long as its run_id stays the same. */
export interface Knowledge {
  /** The widest form of INFO that the server answers. */
  readonly infoCommand: Command
  readonly commands: ReadonlySet<string> | undefined
  readonly server: ServerInfo
  /** Commands that the server refused; they are not sent again while they stand here. */
  readonly refusals: Refusals
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
  const refusals: Refusals = new Map()
  let greets = greeting
  let asked: Promise<ReadonlySet<string> | undefined> | undefined
  let last: RedisError | undefined
  for (const infoCommand of infoCommands) {
    // INFO goes first: a server that refuses us at the door says why to the first command only.
    const read = readInfo(trips, infoCommand)
    asked ??= askForCommands(trips, refusals)
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
  // What a server has may change: modules are loaded, and rights are given.
  const asked = askForCommands(trips, known.refusals)
  greet(trips, known.refusals, greeting)
  const info = await read.catch((error) => {
    if (isRedisError(error) && mayKnowAnotherForm(error)) return undefined
    throw error
  })
  const knowledge = info && refresh({ ...known, commands: (await asked) ?? known.commands }, info)
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

/**
 * What is known when the server was asked once more which commands it has. A user who may not run
 * COMMAND still gets everything else.
 */
export async function withCommands(trips: RoundTrips, known: Knowledge): Promise<Knowledge> {
  return { ...known, commands: (await askForCommands(trips, known.refusals)) ?? known.commands }
}

async function askForCommands(trips: RoundTrips, refusals: Refusals) {
  const ask = async (command: Command) =>
    readKnownCommands(await readUnlessRefused(trips, refusals, command), command)
  try {
    const known = await ask(askCommands)
    if (!known) return undefined
    const ofSubcommands = [...known].flatMap((name) => name.split('|').slice(0, -1))
    const found = ofSubcommands.length > 0 ? ofSubcommands : await ask(askContainers)
    return found && new Set([...known, ...found])
  } catch {
    return undefined
  }
}

// Their errors may be those of a script, which says nothing about the next one.
const ofScripts = new Set(['script|load', 'evalsha', 'eval_ro'])

// A form of CONFIG GET that came with Redis 7: a server that does not know it may know the other.
const severalParameters = 'config|get of several'

/**
 * Reads a command unless the server refused it before, and remembers when it does so now. Of one that
 * is to be tried again the first is sent, and the others go on being refused until that is answered.
 */
export async function readUnlessRefused(
  trips: RoundTrips,
  refusals: Refusals,
  command: Command,
  words: Words = 'text',
): Promise<Reply> {
  const name = commandName(command)
  const form = name === 'config|get' && command.length > 3 ? severalParameters : name
  const retried = triedAgain(refusals, [name, form, placeOf(refusals, command)])
  try {
    const reply = await trips.read(command, words)
    if (retried !== undefined) refusals.delete(retried)
    return reply
  } catch (error) {
    if (isRedisError(error)) rememberTooLarge(refusals, error)
    if (!isErrorReply(error)) throw error
    if (retried !== undefined) refusals.delete(retried)
    if (!isRefusal(error) || ofScripts.has(name)) throw error
    throw rememberFirst(refusals, isAbsence(error) ? form : name, error)
  }
}

function isErrorReply(error: unknown): error is RedisError {
  return isRedisError(error) && !isConnectionFailure(error) && error.reason !== 'too_large'
}

// Names of keys and of indexes are among the words, which may be any number in the long run.
const mostTooLarge = 100

/** Remembers the command to blame, which need not be the one that failed with the error. */
function rememberTooLarge(refusals: Refusals, failed: RedisError): void {
  const error = tooLargeOf(failed)
  if (!error?.command || refusals.tooLarge === error) return
  refusals.tooLarge = error
  const place = placeOf(refusals, error.command)
  refusals.delete(place)
  refusals.set(place, error)
  const all = [...refusals].filter(([, one]) => one.reason === 'too_large')
  for (const [oldest] of all.slice(0, -mostTooLarge)) refusals.delete(oldest)
}

function placeOf({ databases }: Refusals, command: Command): string {
  const database = databases?.get(command)
  return database === undefined ? wordsOf(command) : `db${database} ${wordsOf(command)}`
}

/** Remembers a refusal; the first of those that were under way together stands for all of them. */
export function rememberFirst(refusals: Refusals, name: string, error: RedisError): RedisError {
  const first = refusals.get(name) ?? error
  refusals.set(name, first)
  return first
}

/** By which name it is the turn of this one to be tried again; throws where it stays refused. */
function triedAgain(refusals: Refusals, names: readonly string[]): string | undefined {
  const { retried } = refusals
  if (retried !== undefined && names.includes(retried)) {
    refusals.retried = undefined
    return retried
  }
  for (const name of names) {
    const refusal = refusals.get(name)
    if (refusal) throw refusal
  }
  return undefined
}

/**
 * Sends a command that may fail. Nobody waits for the reply: it comes with those that are waited for,
 * and a refusal is remembered.
 */
export function greet(trips: RoundTrips, refusals: Refusals, greeting: Command | undefined): void {
  if (greeting) readUnlessRefused(trips, refusals, greeting).catch(() => undefined)
}

function mayKnowAnotherForm({ reason }: RedisError): boolean {
  return reason === 'parse' || reason === 'other' || reason === 'unknown_command'
}
