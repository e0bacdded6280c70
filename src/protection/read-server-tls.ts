import { resolve } from 'node:path'
import type { NamedFile } from '../config/tls-files.ts'
import {
  entriesOf,
  itemsAt,
  namedAt,
  type Placed,
  type Tell,
  textAt,
  truthAt,
} from './entry-reader.ts'
import { curveNames, suiteNames, suitesOfTls13, versionNames } from './names-of-go.ts'
import {
  type ClientCertificatePolicy,
  clientCertificatePolicies,
  type ServerTlsSettings,
} from './port-settings.ts'

const keys = [
  ...['cert_file', 'key_file', 'cert', 'key', 'client_ca_file', 'client_ca'],
  ...['client_auth_type', 'client_allowed_sans', 'min_version', 'max_version'],
  ...['cipher_suites', 'prefer_server_cipher_suites', 'curve_preferences'],
] as const

type Key = (typeof keys)[number]

const policyNames: ReadonlyMap<string, ClientCertificatePolicy> = new Map([
  ...clientCertificatePolicies.map((policy) => [policy, policy] as const),
  // As the toolkit called it once.
  ['RequireClientCert', 'RequireAnyClientCert'],
])
const suites = new Map([
  ...suiteNames,
  ...suitesOfTls13.map((name): [string, string] => [name, name]),
])

const strict = 'RequireAndVerifyClientCert'

type Entries = (key: Key) => Placed | undefined
type Wrong = (key: Key, what: string) => void

/** Reads `tls_server_config`. Paths are relative to the folder of the file. */
export function readServerTls(
  place: Placed,
  { file, folder }: { readonly file: string; readonly folder: string },
  tell: Tell,
): ServerTlsSettings {
  const entries = entriesOf(place, keys, tell)
  const at: Entries = (key) => entries.get(key)
  const wrong: Wrong = (key, what) =>
    tell({ line: (at(key) ?? place).line, path: `${place.path}.${key}`, what })

  function material(inline: 'cert' | 'key' | 'client_ca'): NamedFile {
    const fileKey = `${inline}_file` as const
    if (at(inline) && at(fileKey)) wrong(fileKey, `${inline} is given as well; give one of them`)
    const { line, path } = at(fileKey) ?? at(inline) ?? place
    const named = textAt(at(fileKey), tell, 'the path of a file')
    return {
      title: `${file}:${line}: ${path}`,
      path: named && resolve(folder, named),
      text: textAt(at(inline), tell, 'PEM'),
    }
  }

  for (const one of ['cert', 'key'] as const)
    if (!at(one) && !at(`${one}_file`)) wrong(`${one}_file`, `give it, or ${one}`)
  truthAt(at('prefer_server_cipher_suites'), tell)
  return {
    certificate: material('cert'),
    key: material('key'),
    ca: material('client_ca'),
    ...readVersions(at, wrong, tell),
    ...readClients(at, wrong, tell),
    cipherSuites: suitesAt(at('cipher_suites'), tell),
    curves: namesAt(at('curve_preferences'), curveNames, tell),
  }
}

function readVersions(at: Entries, wrong: Wrong, tell: Tell) {
  const minVersion = namedAt(at('min_version'), versionNames, tell) ?? 'TLSv1.2'
  const maxVersion = namedAt(at('max_version'), versionNames, tell) ?? 'TLSv1.3'
  if (minVersion > maxVersion)
    wrong('max_version', 'it is older than min_version; give a later one')
  return { minVersion, maxVersion }
}

/** What is asked of clients. What would look like a protection and is none is a mistake. */
function readClients(at: Entries, wrong: Wrong, tell: Tell) {
  const policy = namedAt(at('client_auth_type'), policyNames, tell) ?? 'NoClientCert'
  const clientNames = itemsAt(at('client_allowed_sans'), tell).flatMap(
    (one) => textAt(one, tell) ?? [],
  )
  const hasCa = Boolean(at('client_ca') ?? at('client_ca_file'))
  const verifies = policy === 'VerifyClientCertIfGiven' || policy === strict
  const instead = `give ${strict}`
  if (hasCa && policy === 'NoClientCert')
    wrong('client_auth_type', `with a client CA nobody is asked for a certificate; ${instead}`)
  else if (hasCa && !verifies)
    wrong('client_auth_type', `${policy} does not look at the client CA; ${instead}`)
  if (!hasCa && verifies) wrong('client_ca_file', `give it: ${policy} does not do without`)
  if (at('client_allowed_sans') && policy !== strict)
    wrong(
      'client_auth_type',
      `with client_allowed_sans clients without a certificate, or with any, come in; ${instead}`,
    )
  if (at('client_allowed_sans') && clientNames.length === 0)
    wrong('client_allowed_sans', 'give a name at least, or leave it out')
  return { clientCertificates: policy, clientNames }
}

/** Whoever gives those of TLS 1.3 alone wants none of older versions. */
function suitesAt(place: Placed | undefined, tell: Tell): readonly string[] | undefined {
  const all = namesAt(place, suites, tell)
  return all.length > 0 ? all.filter((name) => !suitesOfTls13.includes(name)) : undefined
}

function namesAt(
  place: Placed | undefined,
  names: ReadonlyMap<string, string>,
  tell: Tell,
): readonly string[] {
  return itemsAt(place, tell).flatMap((one) => namedAt(one, names, tell) ?? [])
}
