import type { ValueKind } from './value-kinds.ts'

/** More would need longer for each list of targets than others can wait. */
export const mostShards = 256

/** The number of a shard, also as the one behind the last dash of the name of a StatefulSet's pod. */
export const shardIndex: ValueKind<number> = {
  placeholder: 'number',
  accepts: `a whole number from 0 to ${mostShards - 1}, or a name that ends in a dash and such a number`,
  read(text) {
    const [, digits] = /^(?:[\w.-]*-)?(\d{1,9})$/.exec(text) ?? []
    // A number below 0 is no name.
    if (digits === undefined || text === `-${digits}`) return undefined
    return Number(digits) < mostShards ? Number(digits) : undefined
  },
}
