import { inSlices } from '../yielding.ts'
import type { Reply } from './command.ts'
import { readTexts } from './names-and-values.ts'
import { redisError } from './redis-error.ts'

/** A master, replica or Sentinel as a Sentinel describes it. */
export type Instance = ReadonlyMap<string, string>

/** Reads a list of masters, replicas or Sentinels. */
export async function readInstances(reply: Reply): Promise<readonly Instance[]> {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of SENTINEL is not a list')
  const instances: Instance[] = []
  await inSlices(reply, (one: Reply) => void instances.push(readTexts(one)))
  return instances
}

/** What is said of whoever is down by the Sentinel or by all, and of a master that it replaces. */
const troubles = ['s_down', 'o_down', 'failover_in_progress']

/** Whether the Sentinel that was asked finds it well, alone and with the others, and lets it be what it is. */
export function isOkay(instance: Instance): boolean {
  const flags = instance.get('flags')?.split(',')
  return flags !== undefined && !troubles.some((one) => flags.includes(one))
}
