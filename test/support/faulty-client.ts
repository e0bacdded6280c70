import { createRequire } from 'node:module'

/*
 * Loaded before the exporter: a client library whose decoder fails on purpose. Over each of the
 * first connections it fails in another way; with FAULT=elsewhere something else fails instead.
 */

const { Decoder } = createRequire(import.meta.url)('ioredis/built/resp/decoder.js')
const write: (chunk: Buffer) => void = Decoder.prototype.write

const faults: (() => unknown)[] = [
  () => fail(),
  () => process.nextTick(fail),
  () => setTimeout(fail, 1),
  () => Promise.resolve().then(fail),
  () => setImmediate(fail),
]

// On behalf of no connection, though while there is one.
let connected = false
if (process.env.FAULT === 'elsewhere') {
  faults.length = 0
  setInterval(() => connected && fail(), 50)
}

const met = new WeakSet()

Decoder.prototype.write = function (chunk: Buffer): void {
  connected = true
  const isNew = !met.has(this)
  met.add(this)
  if (isNew) faults.shift()?.()
  write.call(this, chunk)
}

function fail(): never {
  throw new Error('the decoder fails on purpose, and quotes hunter2')
}
