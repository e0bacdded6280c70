import type { Command } from '../redis/command.ts'
import type { BulkReply } from '../redis/connection.ts'
import { type Info, parseInfoInSlices, sectionFields, sectionLines } from '../redis/info.ts'
import { parseNameValueList } from '../redis/names-and-values.ts'
import { inSlices } from '../yielding.ts'

/** What a server says it did since its start. */
export interface ServerEffort {
  /** By the name of the command in lower case, its subcommands summed up under it. */
  readonly commands: ReadonlyMap<string, CommandEffort>
  /** Processor time of the server in seconds; undefined when it does not say. */
  readonly processorSeconds: number | undefined
}

export interface CommandEffort {
  readonly calls: number
  readonly microseconds: number
}

/** Asks for it; two commands, since only Redis 7 knows several sections in one. */
export const askEffort: readonly Command[] = [
  ['INFO', 'commandstats'],
  ['INFO', 'cpu'],
]

/** Reads the replies to `askEffort`. */
export async function readEffort([commandstats, cpu]: readonly BulkReply[]): Promise<ServerEffort> {
  return {
    commands: await sumCommands(await parse(commandstats)),
    processorSeconds: processorSeconds(await parse(cpu)),
  }
}

/**
 * The milliseconds that a server spent on our calls between two readings, as far as it says:
 * others may have called the same commands, so each counts with our share of its calls.
 */
export function millisecondsSpent(
  before: ServerEffort,
  after: ServerEffort,
  calls: ReadonlyMap<string, number>,
): number | undefined {
  let sum = 0
  for (const [name, ours] of calls) {
    const since = effortSince(before, after, name.toLowerCase())
    if (since === undefined) return undefined
    sum += (since.microseconds / 1e3) * Math.min(1, ours / since.calls)
  }
  return sum
}

/** What was done of a command between two readings; undefined when nothing is said of it. */
export function effortSince(
  before: ServerEffort,
  after: ServerEffort,
  name: string,
): CommandEffort | undefined {
  const now = after.commands.get(name)
  const last = before.commands.get(name) ?? { calls: 0, microseconds: 0 }
  // Fewer than before: somebody has reset the statistics.
  if (!now || now.calls <= last.calls || now.microseconds < last.microseconds) return undefined
  return { calls: now.calls - last.calls, microseconds: now.microseconds - last.microseconds }
}

function parse(reply: BulkReply | undefined): Promise<Info> {
  return parseInfoInSlices(typeof reply === 'string' ? reply : '')
}

async function sumCommands(info: Info): Promise<ReadonlyMap<string, CommandEffort>> {
  const sums = new Map<string, CommandEffort>()
  await inSlices(sectionLines(info, 'commandstats'), ([field, text]) => {
    const [name = ''] = field
      .replace(/^cmdstat_/, '')
      .toLowerCase()
      .split('|')
    const values = parseNameValueList(text)
    const sum = sums.get(name) ?? { calls: 0, microseconds: 0 }
    sums.set(name, {
      calls: sum.calls + Number(values.get('calls') ?? 0),
      microseconds: sum.microseconds + Number(values.get('usec') ?? 0),
    })
  })
  return sums
}

function processorSeconds(info: Info): number | undefined {
  const fields = sectionFields(info, 'cpu')
  const sum = Number(fields.get('used_cpu_user')) + Number(fields.get('used_cpu_sys'))
  return Number.isFinite(sum) ? sum : undefined
}
