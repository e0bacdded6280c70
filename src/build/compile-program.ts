import { setFlagsFromString } from 'node:v8'
import { Script, type ScriptOptions } from 'node:vm'

/** What the text of a program is: a function of what Node gives to each module. */
export type Program = (require: NodeJS.Require, module: object, file: string) => void

/**
 * Compiles the text of a program, or takes the code that it was compiled to before: within `withoutHeapBound`, as
 * the code was made.
 */
export function compileProgram(
  text: string,
  place: Pick<ScriptOptions, 'filename' | 'lineOffset'>,
  cachedData?: Uint8Array,
): Script {
  return new Script(text, { ...place, ...(cachedData ? { cachedData } : {}) })
}

/** The code that V8 has compiled until now of what `compileProgram` gave. */
export function compiledCode(script: Script): Buffer {
  // The program has set these, and V8 takes code only with the flags as they are before.
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString('--parallel-scavenge')
  setFlagsFromString('--allocation-site-pretenuring')
  return withoutHeapBound(() => script.createCachedData())
}

/**
 * Does what takes code that was compiled before, of the program and of what it loads of Node.js. V8 takes it only
 * where the flags are the same. The bound of the heap, which our manifests set, is one of them, though it changes
 * no code: V8 read it when it made the heap, and reads it again for that of a thread.
 */
export function withoutHeapBound<T>(work: () => T): T {
  const given = [process.env.NODE_OPTIONS, ...process.execArgv].join(' ')
  const bound = [...given.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1)?.[1]
  if (!bound) return work()
  setFlagsFromString('--max-old-space-size=0')
  try {
    return work()
  } finally {
    setFlagsFromString(`--max-old-space-size=${bound}`)
  }
}
