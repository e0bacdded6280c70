import { readFileSync } from 'node:fs'
import { readCode } from './code-cache.ts'
import { compileProgram, type Program } from './compile-program.ts'

/** Runs the program that its file holds as a comment. */
export const startProgram: Program = (require, module, file) => {
  const content = readFileSync(file)
  const program: Program = compileProgram(content, file, readCode(file, content)).runInThisContext()
  program(require, module, file)
}
