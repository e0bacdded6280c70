import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requireProgram } from './programs.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)

/** The paths of a private key and of its certificate. */
export interface KeyPair {
  readonly key: string
  readonly cert: string
}

export interface TlsCertificates extends AsyncDisposable {
  /** The path of the certificate that signed the others. */
  readonly ca: string
  /** For 127.0.0.1, ::1 and localhost; a Redis may use it towards its master as well. */
  readonly server: KeyPair
  readonly client: KeyPair
}

const configuration = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
`

/** Makes a certificate authority of its own with a server and a client certificate, by openssl, for some days. */
export async function tlsCertificates(days = 2): Promise<TlsCertificates> {
  const directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'openssl.cnf'), configuration)
  try {
    const ca = await issue(directory.path, 'ca', days)
    const server = await issue(directory.path, 'server', days, ca)
    const client = await issue(directory.path, 'client', days, ca)
    return { ca: ca.cert, server, client, [Symbol.asyncDispose]: directory[Symbol.asyncDispose] }
  } catch (error) {
    await directory[Symbol.asyncDispose]()
    throw error
  }
}

/** A certificate that signs itself, with a key of the kind that OpenSSL calls so. */
export async function selfSigned(
  folder: string,
  kind: 'rsa:2048' | 'ed25519' | 'dsa',
): Promise<KeyPair> {
  const name = join(folder, kind.replace(/\W/g, ''))
  const pair = { key: `${name}.key`, cert: `${name}.crt` }
  const openssl = requireProgram('openssl')
  if (kind === 'dsa') await run(openssl, ['dsaparam', '-genkey', '-out', pair.key, '1024'])
  await run(openssl, [
    ...['req', '-x509', '-subj', '/CN=redis-exporter test', '-days', '2', '-out', pair.cert],
    ...(kind === 'dsa' ? ['-key', pair.key] : ['-newkey', kind, '-nodes', '-keyout', pair.key]),
  ])
  return pair
}

/** A client certificate of the same authority that has expired. */
export async function expiredClient({ ca }: TlsCertificates): Promise<KeyPair> {
  const pair = { key: `${ca}.expired.key`, cert: `${ca}.expired.crt` }
  const request = `${ca}.expired.csr`
  await run(requireProgram('openssl'), [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=redis-exporter test expired', '-keyout', pair.key, '-out', request],
  ])
  await run(requireProgram('openssl'), [
    ...['x509', '-req', '-in', request, '-days', '-1', '-CA', ca],
    ...['-CAkey', ca.replace(/\.crt$/, '.key'), '-CAcreateserial', '-out', pair.cert],
  ])
  return pair
}

async function issue(
  directory: string,
  name: string,
  days: number,
  issuer?: KeyPair,
): Promise<KeyPair> {
  const pair = { key: join(directory, `${name}.key`), cert: join(directory, `${name}.crt`) }
  const signing = issuer === undefined ? [] : ['-CA', issuer.cert, '-CAkey', issuer.key]
  await run(requireProgram('openssl'), [
    ...['req', '-x509', '-config', join(directory, 'openssl.cnf'), '-extensions', name],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', `${days}`, '-subj', `/CN=redis-exporter test ${name}`],
    ...['-keyout', pair.key, '-out', pair.cert],
    ...signing,
  ])
  return pair
}
