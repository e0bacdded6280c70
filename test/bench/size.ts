import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { peerProgram } from '../support/peer-exporter.ts'
import { requireProgram } from '../support/programs.ts'
import { formatNumber, type Report } from './table.ts'

/** The size of what has to be installed; Node.js itself comes on top of ours. */
export async function measureSize(): Promise<Report> {
  const ours = fileURLToPath(new URL('../../bin/redis-exporter', import.meta.url))
  const peer = requireProgram(peerProgram)
  return {
    title: 'Size',
    notes: [
      'KiB, as it is and compressed with gzip -9. The container image is not built here: see',
      'make docker.',
    ],
    head: ['', 'plain', 'gzip -9'],
    rows: [
      ['bin/redis-exporter', ...(await sizes(ours))],
      ['Go exporter', ...(await sizes(peer))],
    ],
  }
}

async function sizes(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path)
  return [bytes, gzipSync(bytes, { level: 9 })].map(({ length }) => formatNumber(length / 1024))
}
