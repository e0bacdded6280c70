import { Duplex } from 'node:stream'
import {
  connect,
  createSecureContext,
  type SecureContextOptions,
  type SecureVersion,
  TLSSocket,
} from 'node:tls'
import { suitesOfTls13 } from './names-of-go.ts'

const patienceMilliseconds = 5_000

// All that OpenSSL can, but for suites that need no certificate.
const everySuite = [...suitesOfTls13, 'ALL', '!aNULL', '@SECLEVEL=0'].join(':')
const usualCurves = ['X25519', 'prime256v1', 'secp384r1', 'secp521r1']

/**
 * Whether anybody can get through a handshake with a server of these options: versions, suites and
 * curves may leave nothing that its certificate can be used with, which OpenSSL sees with each client
 * alone. `curve` is the one of the certificate's key.
 */
export async function canShakeHands(
  options: SecureContextOptions,
  curve: string | undefined,
): Promise<boolean> {
  const curves = [...new Set([...usualCurves, ...(curve ? [curve] : [])])].join(':')
  // With both who knows the newest version and who does not: it takes fewer kinds of keys.
  return (await tryAs('TLSv1.3', options, curves)) || (await tryAs('TLSv1.2', options, curves))
}

async function tryAs(
  maxVersion: SecureVersion,
  options: SecureContextOptions,
  curves: string,
): Promise<boolean> {
  const [near, far] = connectedStreams()
  const server = new TLSSocket(far as ConstructorParameters<typeof TLSSocket>[0], {
    isServer: true,
    secureContext: createSecureContext(options),
  })
  server.on('error', () => {})
  const client = connect({
    socket: near,
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion,
    ciphers: everySuite,
    ecdhCurve: curves,
  })
  let patience: NodeJS.Timeout | undefined
  const isOver = new Promise<boolean>((resolve) => {
    client.once('secureConnect', () => resolve(true))
    client.once('error', () => resolve(false))
    client.once('close', () => resolve(false))
    // What takes so long is the machine, not the certificate.
    patience = setTimeout(resolve, patienceMilliseconds, true)
  })
  try {
    return await isOver
  } finally {
    clearTimeout(patience)
    client.destroy()
    server.destroy()
  }
}

/** Two streams, each of which gives what is written to the other. */
function connectedStreams(): readonly [Duplex, Duplex] {
  const leadingTo = (other: () => Duplex) =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk)
        done()
      },
      final(done) {
        other().push(null)
        done()
      },
    })
  const near: Duplex = leadingTo(() => far)
  const far: Duplex = leadingTo(() => near)
  return [near, far]
}
