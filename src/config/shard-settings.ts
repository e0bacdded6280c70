import type { Option, Values } from '../options/option.ts'
import type { Shard } from '../targets/shard.ts'
import type { AllGiven } from './given.ts'
import { shardOptions } from './shard-options.ts'
import { shownText } from './shown-text.ts'
import type { SettingMistake } from './target-settings.ts'

/**
 * Which shard this is, and what is wrong with that; undefined where the targets are not shared.
 * Without a host name, nobody asks.
 */
export function settleShard(
  { shardIndex, shardTotal }: Partial<Values<typeof shardOptions>>,
  given: (option: Option) => AllGiven,
  hostName: string | false | undefined,
): { readonly shard: Shard | undefined; readonly mistakes: readonly SettingMistake[] } {
  const none = { shard: undefined, mistakes: [] }
  const isUnread = (option: Option, value?: number) => value === undefined && given(option).first
  if (hostName === false || hostName === undefined) return none
  // What cannot be read is told already.
  if (isUnread(shardOptions.shardTotal, shardTotal)) return none
  if (isUnread(shardOptions.shardIndex, shardIndex)) return none
  if (shardTotal === undefined)
    return shardIndex === undefined ? none : mistaken('means nothing without --shard.total')
  const range = shardTotal === 1 ? 'give 0' : `give 0 to ${shardTotal - 1}`
  const index = shardIndex ?? (shardTotal === 1 ? 0 : ordinalOf(hostName))
  if (index === undefined)
    return mistaken(
      `the host name ${shownText(hostName)} does not end in a dash and a number; ${range}`,
    )
  if (index < shardTotal) return { shard: { index, total: shardTotal }, mistakes: [] }
  const from = shardIndex === undefined ? `, from the host name ${shownText(hostName)},` : ''
  return mistaken(`${index}${from} is not one of ${shardTotal} shards; ${range}`)
}

function mistaken(what: string) {
  return { shard: undefined, mistakes: [{ option: shardOptions.shardIndex, what }] }
}

/** The number of a StatefulSet's pod, whose host name is that of the set, a dash and the number. */
function ordinalOf(hostName: string): number | undefined {
  const [, digits] = /-(\d{1,9})$/.exec(hostName) ?? []
  return digits === undefined ? undefined : Number(digits)
}
