import { isOddNumber, tlsByScheme } from './address.ts'
import { type IpNetwork, parseNetwork } from './ip-network.ts'

/** Of which servers somebody may ask who is not trusted. */
export interface AllowRule {
  /** Which names, where it is no network: `*` stands for what is no dot, `**` for anything. */
  readonly names: string | undefined
  readonly network: IpNetwork | undefined
  /** Whether with TLS alone or without it alone; both unless given. */
  readonly tls: boolean | undefined
  readonly ports: { readonly first: number; readonly last: number }
  /** As whom to log in there; as nobody unless given. Whoever asks chooses the port, so there is one. */
  readonly login: { readonly user: string | undefined; readonly passwordFile: string } | undefined
}

/** Reads rules with commas between them; undefined where any of them is none. */
export function parseAllowRules(text: string): readonly AllowRule[] | undefined {
  if (text.trim() === '') return []
  const rules = text.split(',').map((one) => parseAllowRule(one.trim()))
  return rules.every((one) => one !== undefined) ? rules : undefined
}

/** What is wrong with rules of which one is none, without showing anything of them. */
export function allowRulesHint(text: string): string | undefined {
  const texts = text.split(',').map((one) => one.trim())
  const bad = texts.findIndex((one) => parseAllowRule(one) === undefined)
  const why = ruleHint(texts[bad] ?? '')
  if (texts.length === 1) return why
  return `of its rules, number ${bad + 1} is none${why ? `: ${why}` : ''}`
}

function ruleHint(text: string): string | undefined {
  const [, name] = scheme.exec(text) ?? []
  const rest = name && tlsByScheme.has(name.toLowerCase()) ? text.replace(scheme, '') : text
  const [place = '', login] = rest.split('=')
  if (text === '') return 'it is empty'
  if (/^(unix:)?\//i.test(text)) return 'sockets are never asked for'
  if (scheme.test(place)) return 'its scheme is none of redis:// and rediss://'
  if (login?.replace(/@.*/, '').includes(':')) return 'a password stands in a file'
  if (place.includes('@')) return 'whom to log in as stands behind the place, as in host=user@file'
  if (/^[\da-f]*:[\da-f]*:/i.test(place)) return 'an IPv6 address stands in brackets'
  if (/^[\d.*]*\d[\d.*]*$/.test(place.replace(/:.*/, '')))
    return 'of addresses there are networks, as in 10.0.0.0/8'
  if (login && !/:\d+(-\d+)?$/.test(place)) return 'whoever is logged in to has a port'
  return undefined
}

const scheme = /^([a-z]+):\/\//i

function parseAllowRule(text: string): AllowRule | undefined {
  const [, name = ''] = scheme.exec(text) ?? []
  const tls = tlsByScheme.get(name.toLowerCase())
  const [, place = '', first, last = first, user, passwordFile] =
    /^(\[[^\]]*\](?:\/\d+)?|[^[\]:=]*)(?::(\d{1,5})(?:-(\d{1,5}))?)?(?:=(?:([^@:]+)@)?([^@]+))?$/.exec(
      tls === undefined ? text : text.replace(scheme, ''),
    ) ?? []
  const ports = { first: Number(first ?? 1), last: Number(last ?? 65535) }
  if (ports.first < 1 || ports.last < ports.first || ports.last > 65535) return undefined
  if (passwordFile !== undefined && first === undefined) return undefined
  const network = parsePlace(place)
  if (!network && !isNamePattern(place)) return undefined
  return {
    names: network ? undefined : place.toLowerCase(),
    network,
    tls,
    ports,
    login: passwordFile === undefined ? undefined : { user, passwordFile },
  }
}

function parsePlace(place: string): IpNetwork | undefined {
  const [, inner, prefix = ''] = /^\[(.*)\](\/\d+)?$/.exec(place) ?? []
  const network = parseNetwork(inner === undefined ? place : inner + prefix)
  return network?.base.family === (inner === undefined ? 4 : 6) ? network : undefined
}

// One that ends in a number would be of addresses, and these are networks.
function isNamePattern(place: string): boolean {
  return (
    /^[a-z0-9_*]([a-z0-9_.*-]*[a-z0-9_.*])?$/i.test(place) &&
    !place.includes('***') &&
    !isOddNumber(place) &&
    (/^\*{1,2}$/.test(place) || /[a-z]/i.test(place))
  )
}
