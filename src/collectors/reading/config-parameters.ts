import type { Reply } from '../../redis/command.ts'
import { pairsIn } from '../../redis/names-and-values.ts'
import { isAbsence, isRedisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import type { Poll } from '../collector.ts'

// Passwords end so: masterauth, primaryauth, requirepass, tls-key-file-pass and, of a module,
// search-oss-global-password. Nothing else does.
const secretName = /(auth|pass|word)$/i

// Matches of these are all names but such, each of them once: by the last letter, then by the
// last but one of what could still become one of the words, and so on.
const publicNames = [
  ...['*[^hsd]', '*[^t]h', '*[^u]th', '*[^a]uth'],
  ...['*[^s]s', '*[^a]ss', '*[^p]ass'],
  ...['*[^r]d', '*[^o]rd', '*[^w]ord'],
]

// Servers have some 250. A command of ten thousand words takes the client 70 ms to write.
const mostNames = 1_000

/**
 * Reads all parameters of CONFIG GET but passwords. It asks by patterns that no secret matches, so
 * that none leaves the server; one that still comes is dropped here. `known` are the names that were
 * learnt so: to ask by name, where one command carries them all, costs the server less than to
 * match patterns.
 */
export async function readHarmlessParameters(
  poll: Pick<Poll, 'server' | 'read'>,
  known: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const isFew = known.length > 0 && known.length <= mostNames
  const byName = isFew && poll.server.knows('config|get')
  const values = await readParameters(poll, byName ? known : publicNames)
  const harmless = new Map<string, string>()
  await inSlices(values, ([name, value]) => {
    if (!secretName.test(name)) harmless.set(name, value)
  })
  return harmless
}

/**
 * Reads parameters of CONFIG GET by name, or by a pattern. From Redis 7 on one command carries
 * several names. A parameter that the server lacks is left out, and so are all without CONFIG.
 */
export async function readParameters(
  poll: Pick<Poll, 'server' | 'read'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (!poll.server.knows('config')) return new Map()
  const one = () => Promise.all(names.map((name) => poll.read('CONFIG', 'GET', name)))
  const replies = poll.server.knows('config|get')
    ? await readTogether(poll, names, one)
    : await one()
  const values = new Map<string, string>()
  for (const reply of replies)
    await inSlices(Array.isArray(reply) ? pairsIn<Reply>(reply) : [], ([name, value]) => {
      if (typeof value === 'string') values.set(name, value)
    })
  return values
}

// Some servers say the version of a Redis that knows the form, and do not know it.
async function readTogether(
  { read }: Pick<Poll, 'read'>,
  names: readonly string[],
  oneByOne: () => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  try {
    return [await read('CONFIG', 'GET', ...names)]
  } catch (error) {
    if (names.length > 1 && isRedisError(error) && isAbsence(error)) return oneByOne()
    throw error
  }
}
