import { setFlagsFromString } from 'node:v8'
import { Script, type ScriptOptions } from 'node:vm'

/** What the text of a program is: a function of what Node gives to each module. */
export type Program = (require: NodeJS.Require, module: object, file: string) => void

/** Compiles the text of a program, or takes the code that it was compiled to before. */
export function compileProgram(
  text: string,
  place: Pick<ScriptOptions, 'filename' | 'lineOffset'>,
  cachedData?: Uint8Array,
): Script {
  collectYoungByOneThread()
  bearNothingOld()
  const options = { ...place, ...(cachedData ? { cachedData } : {}) }
  return withoutHeapBound(() => new Script(text, options))
}

// So little is collected by one thread before others have begun to help, which takes their time and ours.
function collectYoungByOneThread(): void {
  setFlagsFromString('--no-parallel-scavenge')
}

/*
 * V8 makes at once in the old generation what is made where most of it used to survive, as do the lists and
 * objects of a poll, which a collection finds in use. When the poll is over, they keep all that they refer to,
 * texts of thousands of series, until the old generation is collected: two thirds of what survived were of that
 * kind. And each time that it was collected, V8 found out, and compiled what makes them anew.
 */
function bearNothingOld(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

/** The code that V8 has compiled until now of what `compileProgram` gave. */
export function compiledCode(script: Script): Buffer {
  // The program holds its young generation, and V8 takes code only with the flags as they are before.
  setFlagsFromString('--semi-space-growth-factor=2')
  return withoutHeapBound(() => script.createCachedData())
}

/*
 * V8 takes code only from a process with the same flags. The bound of the heap, which our manifests set,
 * is one of them, though it changes no code: V8 read it when it made the heap, and reads it again for
 * that of a thread.
 */
function withoutHeapBound<T>(compile: () => T): T {
  const given = [process.env.NODE_OPTIONS, ...process.execArgv].join(' ')
  const bound = [...given.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1)?.[1]
  if (!bound) return compile()
  setFlagsFromString('--max-old-space-size=0')
  try {
    return compile()
  } finally {
    setFlagsFromString(`--max-old-space-size=${bound}`)
  }
}
