import { readCode } from './code-cache.ts'
import { compileProgram, type Program, withoutHeapBound } from './compile-program.ts'
import { programIn } from './program-text.ts'

/** Runs the program that stands as a comment in the function that calls this, in a file. */
export function startProgram(
  holder: (...args: never[]) => void,
  ...given: Parameters<Program>
): void {
  const [, , file] = given
  withoutHeapBound(() => compileHeld(String(holder), file)(...given))
}

// What was read is garbage behind it, while the program begins.
function compileHeld(held: string, file: string): Program {
  const { text, lineOffset } = programIn(held)
  // In front of the function stand two lines for the shell.
  const place = { filename: file, lineOffset: lineOffset + 2 }
  return compileProgram(text, place, readCode(file)).runInThisContext()
}
