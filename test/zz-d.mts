import { startHealthyServers } from './support/healthy-servers.ts'
import { tlsCertificates } from './support/tls-certificates.ts'
const t0 = Date.now()
const tls = await tlsCertificates()
console.log('tls', Date.now() - t0)
const program = process.argv[2]
const h = await startHealthyServers(program || undefined, tls)
console.log('up', Date.now() - t0)
await h[Symbol.asyncDispose]()
await tls[Symbol.asyncDispose]()
console.log('stopped', Date.now() - t0)
process.exit()
