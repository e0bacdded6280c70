import { isIP } from 'node:net'
import type { Endpoint } from './address.ts'
import type { AllowRule } from './allow-rule.ts'
import { type IpAddress, isIn, isWithin, parseIp, specialNetworks } from './ip-network.ts'

/** Of which servers somebody may ask who is not trusted. */
export interface AllowList {
  /** The first rule that allows a server, by its name or by its address; undefined where none does. */
  ruleFor(endpoint: Extract<Endpoint, { kind: 'tcp' }>): AllowRule | undefined
  /**
   * Whether a name that a rule allows may lead to an address: to any but the special ones, and to
   * these where a rule lists them by themselves.
   */
  mayLeadTo(address: string, door: Door): boolean
}

/** How a server is connected to, beside where. */
type Door = Pick<Extract<Endpoint, { kind: 'tcp' }>, 'port' | 'tls'>

export function createAllowList(rules: readonly AllowRule[]): AllowList {
  const special = specialNetworks()

  function isListed(address: IpAddress, door: Door): boolean {
    return special
      .filter((network) => isIn(address, network))
      .every((network) =>
        rules.some(
          (rule) =>
            hasDoor(rule, door) &&
            hasAddress(rule, address) &&
            rule.network !== undefined &&
            isWithin(rule.network, network),
        ),
      )
  }

  return {
    mayLeadTo(text, door) {
      const address = parseIp(text)
      return address !== undefined && isListed(address, door)
    },
    ruleFor(endpoint) {
      const { host } = endpoint
      const address = parseIp(host)
      // Of an address with a zone nothing is known.
      if (address ? !isListed(address, endpoint) : isIP(host)) return undefined
      return rules.find(
        (rule) =>
          hasDoor(rule, endpoint) && (address ? hasAddress(rule, address) : hasName(rule, host)),
      )
    },
  }
}

function hasDoor({ ports, tls }: AllowRule, door: Door): boolean {
  const isPort = door.port >= ports.first && door.port <= ports.last
  return isPort && (tls === undefined || tls === door.tls)
}

function hasAddress({ network }: AllowRule, address: IpAddress): boolean {
  return network !== undefined && isIn(address, network)
}

function hasName({ names }: AllowRule, host: string): boolean {
  return names !== undefined && isLike(host.toLowerCase(), names)
}

/** Holds a name against a pattern, in a time that is linear in both together and each star. */
function isLike(host: string, pattern: string): boolean {
  let ends: ReadonlySet<number> = new Set([0])
  for (const token of pattern.match(/\*\*|\*|[^*]/g) ?? []) {
    const next = new Set<number>()
    for (const end of ends) {
      if (token.startsWith('*')) addRun(next, host, end, token === '*')
      else if (host[end] === token) next.add(end + 1)
    }
    ends = next
  }
  return ends.has(host.length)
}

function addRun(ends: Set<number>, host: string, from: number, withinLabel: boolean): void {
  for (let end = from; end <= host.length && !ends.has(end); end += 1) {
    ends.add(end)
    if (withinLabel && host[end] === '.') return
  }
}
