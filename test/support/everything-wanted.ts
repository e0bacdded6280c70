import { fileURLToPath } from 'node:url'
import type { CollectorSettings } from '../../src/collectors/collector.ts'
import type { Configurable } from '../../src/config/all-options.ts'
import { configured } from './configured.ts'
import { keyOfEachKind } from './key-replies.ts'
import { allCollectors, collectors } from './registry.ts'

/** The flags under which collectors have something to do, by their own examples. */
export function exampleFlags(some: readonly Configurable[]): readonly string[] {
  const flags = some.flatMap(({ options = {}, example = {} }) =>
    Object.entries(options).flatMap(
      ([
        key,
        {
          flags: [name],
        },
      ]) => (example[key] === undefined ? [] : [`--${name}=${example[key]}`]),
    ),
  )
  return [...new Set(flags)]
}

const script = fileURLToPath(new URL('answer.lua', import.meta.url))

// What a test must have: a file that is there, and keys of every kind.
const own = [`--check-single-keys=${keyOfEachKind.join()},db3=string`, `--script=${script}`]
const isReplaced = (flag: string) => own.some((one) => one.split('=')[0] === flag.split('=')[0])

/** Everything that polls and walks can do, but for collectors that are off unless switched on. */
export const everythingFlags: readonly string[] = [
  ...exampleFlags(allCollectors).filter((flag) => !isReplaced(flag)),
  ...own,
]

/** What collectors are told when all metrics are asked for that are off by default. */
export const everythingWanted: CollectorSettings = configured([...everythingFlags]).settings

const readsKeys = ({ access }: (typeof collectors)[number]) =>
  (access?.(everythingWanted, 0).keys ?? []).length > 0

/** The same without what looks at keys, which takes more than one round trip. */
export const everythingButKeys: CollectorSettings = configured(
  exampleFlags(collectors.filter((one) => !readsKeys(one))),
).settings
