import type { Option } from '../options/option.ts'
import { type Environment, prefix, variablesOf } from './given.ts'
import { nearestName } from './nearest-name.ts'

/** A line for each variable with our prefix that nobody reads; its value is not shown. */
export function unknownVariables(env: Environment, options: readonly Option[]): readonly string[] {
  const known = options.flatMap(variablesOf)
  return Object.entries(env)
    .filter(([name, text]) => text && name.startsWith(prefix) && !known.includes(name))
    .filter(([name, text = '']) => !isOfService(name, text))
    .map(([name]) => `${name} is set and not known${meant(name, options)}`)
}

// Kubernetes tells all pods of a namespace of its services by variables that begin with their names.
function isOfService(name: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name)) return true
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text)
}

function meant(name: string, options: readonly Option[]): string {
  const isPath = /FILE|PATH/.test(name)
  const names = options
    .filter(({ secret }) => !(secret && isPath))
    .flatMap(variablesOf)
    .filter((one) => one.startsWith(prefix))
  const short = (one: string) => one.slice(prefix.length)
  const nearest = nearestName(short(name), names.map(short))
  const same = nearest && options.find(({ env }) => env.includes(nearest))
  if (nearest) return `; did you mean ${same ? nearest : `${prefix}${nearest}`}?`
  return '; see --help'
}
