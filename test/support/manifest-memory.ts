import { readFileSync } from 'node:fs'

const manifest = readFileSync(
  new URL('../../kubernetes/redis-exporter/deployment.yaml', import.meta.url),
  'utf8',
)
const limit = /memory: (\d+)Mi\n/.exec(manifest.slice(manifest.indexOf('limits:')))?.[1]
const heap = /value: (--max-old-space-size=\d+)\n/.exec(manifest)?.[1]

/** The memory that our manifest gives to the exporter: bytes, and what bounds its heap. */
export const manifestMemory = { limit: Number(limit) * 2 ** 20, nodeOptions: heap ?? '' }
