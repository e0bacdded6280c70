import { isIPv6 } from 'node:net'
import { normalize } from 'node:path'
import type { Option } from '../options/option.ts'
import { formatListenAddress, type ListenAddress } from '../targets/listen-address.ts'
import { plainHost } from '../targets/one-spelling.ts'
import { options } from './options.ts'
import { protectionOptions } from './protection-options.ts'
import { title } from './title.ts'

interface ListenSettings {
  readonly listenAddresses: readonly ListenAddress[] | undefined
  readonly probeAddress: ListenAddress | undefined
}

interface Wanted {
  readonly option: Option
  readonly address: ListenAddress
}

/** Addresses of which no two can be listened on together, told before one of them fails. */
export function listenMistakes(settings: ListenSettings): readonly string[] {
  const { listenAddresses: all = [], probeAddress: probe } = settings
  const wanted: readonly Wanted[] = [
    ...all.map((address) => ({ option: options.listenAddresses, address })),
    ...(probe ? [{ option: protectionOptions.probeAddress, address: probe }] : []),
  ]
  return wanted.flatMap(({ option, address }, index) => {
    const other = wanted.slice(0, index).find((one) => isSamePlace(one.address, address))
    if (!other) return []
    const of = other.option === option ? '' : ` of ${title(other.option)}`
    const [first, second] = [other.address, address].map(formatListenAddress)
    return [`${title(option)}: ${second} and ${first}${of} are one place; give each place once`]
  })
}

function isSamePlace(one: ListenAddress, other: ListenAddress): boolean {
  if ('path' in one || 'path' in other)
    return 'path' in one && 'path' in other && normalize(one.path) === normalize(other.path)
  // Of port 0 each gets another one.
  if (one.port !== other.port || one.port === 0) return false
  const [first, second] = [plainHost(one.host ?? '::'), plainHost(other.host ?? '::')]
  return first === second || covers(first, second) || covers(second, first)
}

function covers(host: string, other: string): boolean {
  return host === '::' || (host === '0.0.0.0' && !isIPv6(other))
}
