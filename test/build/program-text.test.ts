import { expect, test } from 'vitest'
import { programIn, withProgram } from '../../src/build/program-text.ts'

const head = 'run(\n)\n'

test('a program is read back from the file that it lies in as a comment', () => {
  const program = '(function () {\n  return 1 /* one */ + /.*/.exec("*/").length\n})'
  const content = withProgram(head, program)

  expect(programIn(content)).toEqual({ text: program, lineOffset: 3 })
  expect(content).toBe(
    'run(\n)\n/*\n(function () {\n  return 1 /* one *~/ + /.*~/.exec("*~/").length\n})\n*/\n',
  )
})

test('letters beyond ASCII become escapes that mean the same', () => {
  const { text } = programIn(withProgram(head, '((tag) => tag`▲ · 😀`)'))

  expect(text).toBe('((tag) => tag`\\u25b2 \\u00b7 \\ud83d\\ude00`)')
  // biome-ignore lint/security/noGlobalEval: a program is what it is about.
  expect(eval(text)(([words]: readonly string[]) => words)).toBe('▲ · 😀')
})

test('a program that cannot be read back is an error of the build', () => {
  expect(() => withProgram(head, 'a *~/ b')).toThrow('the program could not be read back')
  expect(() => withProgram('"/*\n"', 'a')).toThrow('the program could not be read back')
})
