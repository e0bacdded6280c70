import { createSocket, type RemoteInfo } from 'node:dgram'
import dns, { type LookupAddress } from 'node:dns'
import { once } from 'node:events'

export interface NameServer extends AsyncDisposable {
  /** Where every name leads from now on; nowhere when undefined. */
  leadTo(address: string | undefined): void
  /** Addresses that were asked for so far. */
  questions(): number
  /** Stands for `dns.lookup`, and asks this server instead of those of the machine. */
  readonly lookup: typeof dns.lookup
}

const typeA = 1

/**
 * Starts a server of the DNS on loopback that tells one IPv4 address for every name and nothing for
 * any other type of record. Source: RFC 1035, section 4.
 */
export async function startNameServer(first: string): Promise<NameServer> {
  let address: string | undefined = first
  let questions = 0
  const socket = createSocket('udp4')
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    const isA = question.readUInt16BE(questionEnd(question) - 4) === typeA
    if (isA) questions += 1
    socket.send(answerTo(question, isA ? address : undefined, address !== undefined), from.port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 })
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  return {
    leadTo: (next) => {
      address = next
    },
    questions: () => questions,
    lookup: lookupBy(resolver),
    [Symbol.asyncDispose]: async () => {
      resolver.cancel()
      socket.close()
      await once(socket, 'close')
    },
  }
}

// The question is a name of labels, each behind its length, an empty one last; then type and class.
function questionEnd(message: Buffer): number {
  let end = 12
  while (message.readUInt8(end) > 0) end += message.readUInt8(end) + 1
  return end + 5
}

function answerTo(question: Buffer, address: string | undefined, isKnown: boolean): Buffer {
  const asked = question.subarray(12, questionEnd(question))
  const header = Buffer.from(question.subarray(0, 12))
  const nameError = 3
  header.writeUInt16BE(0x8180 | (isKnown ? 0 : nameError), 2)
  header.writeUInt16BE(address === undefined ? 0 : 1, 6)
  // No authority, nothing additional.
  header.writeUInt32BE(0, 8)
  if (address === undefined) return Buffer.concat([header, asked])
  // The name of the question, A, IN, not to be kept, four bytes.
  const record = Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4])
  return Buffer.concat([header, asked, record, Buffer.from(address.split('.').map(Number))])
}

type Answered = (error: Error | null, found: string | LookupAddress[], family?: number) => void

function lookupBy(resolver: dns.Resolver): typeof dns.lookup {
  const lookup = (name: string, options: { readonly all?: boolean }, answered: Answered) => {
    resolver.resolve4(name, (error, [address = '', ...others] = []) => {
      if (error) answered(error, options.all ? [] : '')
      else if (options.all)
        answered(
          null,
          [address, ...others].map((one) => ({ address: one, family: 4 })),
        )
      else answered(null, address, 4)
    })
  }
  return Object.assign(lookup, { __promisify__: dns.lookup.__promisify__ }) as typeof dns.lookup
}
