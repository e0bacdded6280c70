import type { Clock } from '../clock.ts'
import { type Endpoint, formatEndpoint, parseAddress } from '../targets/address.ts'
import type { AllowList } from '../targets/allow-list.ts'
import type { AllowRule } from '../targets/allow-rule.ts'
import { canonicalIp } from '../targets/ip-network.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { Source } from './source.ts'

/** Why a server is not watched though somebody asks for it: the closed list of a metric. */
export const refusals = ['form', 'credentials', 'rule', 'full', 'address'] as const

export type Refusal = (typeof refusals)[number]

/** What comes of asking for a server. */
export type AskedOnDemand =
  /** It is watched from now on, if it was not before. */
  | { readonly kind: 'watched'; readonly name: string }
  | { readonly kind: 'refused'; readonly refusal: Exclude<Refusal, 'address'> }

export interface OnDemandOptions<S> {
  readonly allowed: AllowList
  readonly maximum: number
  readonly idleMilliseconds: number
  readonly settings: S
  /** As whom to log in to a server that a rule allows. */
  readonly loginBy: (rule: AllowRule, endpoint: Endpoint) => WantedTarget<S>['login']
  /** The addresses of what is watched anyway. */
  readonly watched: () => ReadonlySet<string>
  /** Told of each refusal; the address is one that holds no secret. */
  readonly onRefused: (refusal: Refusal, address?: string) => void
  readonly clock: Clock
}

/** The servers that somebody asked for who is not trusted, for as long as somebody does. */
export interface OnDemand<S> extends Source<S> {
  ask(text: string): AskedOnDemand
}

type TcpEndpoint = Extract<Endpoint, { kind: 'tcp' }>

interface Held<S> {
  readonly target: WantedTarget<S>
  askedAt: number
}

/** Wants what is allowed and asked for; what nobody asks for any more is wanted no more. */
export function createOnDemand<S>(options: OnDemandOptions<S>): OnDemand<S> {
  const { allowed, maximum, idleMilliseconds, settings, loginBy, watched, clock } = options
  const listeners = new Set<() => void>()
  const held = new Map<string, Held<S>>()
  let wanted: readonly WantedTarget<S>[] = []

  function change(): void {
    wanted = [...held.values()].map(({ target }) => target)
    for (const listener of [...listeners]) listener()
  }

  function drop(isOver: (one: Held<S>) => boolean): void {
    const over = [...held.values()].filter(isOver)
    for (const { target } of over) held.delete(target.address)
    if (over.length > 0) change()
  }

  function isIdle({ askedAt }: Held<S>): boolean {
    return clock.monotonic() - askedAt >= idleMilliseconds
  }

  function sweep(): void {
    const others = watched()
    drop((one) => isIdle(one) || others.has(one.target.address))
  }

  function refuse(refusal: Exclude<Refusal, 'address'>, address?: string): AskedOnDemand {
    options.onRefused(refusal, address)
    return { kind: 'refused', refusal }
  }

  function begin(endpoint: TcpEndpoint, address: string, rule: AllowRule): void {
    const mayLeadTo = (ip: string) => {
      const may = allowed.mayLeadTo(ip, endpoint)
      if (!may) options.onRefused('address', address)
      return may
    }
    const target = {
      address,
      name: address,
      endpoint: { ...endpoint, guard: { mayLeadTo } },
      database: 0,
      login: loginBy(rule, endpoint),
      labels: {},
      settings,
    }
    held.set(address, { target, askedAt: clock.monotonic() })
    change()
  }

  const timer = setInterval(sweep, idleMilliseconds / 10).unref()

  return {
    name: 'on demand',
    ask(text) {
      const asked = readEndpoint(text)
      if (typeof asked === 'string') return refuse(asked)
      const address = formatEndpoint(asked)
      const known = held.get(address)
      if (known) {
        known.askedAt = clock.monotonic()
        return { kind: 'watched', name: address }
      }
      const rule = allowed.ruleFor(asked)
      if (!rule) return refuse('rule', address)
      if (held.size >= maximum) drop(isIdle)
      if (held.size >= maximum) return refuse('full', address)
      begin(asked, address, rule)
      return { kind: 'watched', name: address }
    },
    wanted: () => wanted,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    state: () => ({ failure: undefined, lastSuccess: clock.wall() }),
    stop() {
      clearInterval(timer)
      held.clear()
    },
  }
}

/** Where a text asks to connect to, in one spelling. */
function readEndpoint(text: string): TcpEndpoint | 'form' | 'credentials' {
  if (text.includes('@')) return 'credentials'
  const endpoint = parseAddress(text)?.endpoint
  if (endpoint?.kind !== 'tcp') return 'form'
  const isIp = endpoint.host.includes(':')
  const host = isIp ? canonicalIp(endpoint.host) : endpoint.host.toLowerCase()
  return host === undefined ? 'form' : { ...endpoint, host }
}
