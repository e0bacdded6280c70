import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isSafe } from 'redos-detector'

const modules = new URL('../../node_modules/', import.meta.url)
const known = new URL('.cache/linear-expressions/', modules)
const detector = readFileSync(new URL('redos-detector/package.json', modules), 'utf8')
const limits = { maxSteps: 200_000, timeout: 60_000 }

/**
 * Whether a text can be matched in so many ways only, however long it is. To search them all takes
 * seconds, so what was found linear by the same detector is not searched again.
 */
export function isLinear(expression: RegExp): boolean {
  const judged = [detector, JSON.stringify(limits), String(expression)].join('\n')
  const found = new URL(createHash('sha256').update(judged).digest('hex'), known)
  if (existsSync(found)) return true
  const { safe } = isSafe(expression, limits)
  if (safe) {
    mkdirSync(known, { recursive: true })
    writeFileSync(found, `${expression}\n`)
  }
  return safe
}
