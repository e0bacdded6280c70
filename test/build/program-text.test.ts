import { expect, test } from 'vitest'
import { commentable } from '../../src/build/commentable.ts'
import { asComment, programIn } from '../../src/build/program-text.ts'

test('a program is read back from the file that it lies in as a comment', () => {
  const program = '(function () {\n  return "/*\\n"\n})'
  const content = `run(\nfunction () {\n${asComment(program)}})\n`

  expect(content).toBe('run(\nfunction () {\n/*\n(function () {\n  return "/*\\n"\n})\n*/})\n')
  expect(programIn(content)).toEqual({ text: program, lineOffset: 3 })
})

test.each([
  ['"a*/b" + \'*/*/\'', '"a*\\/b" + \'*\\/*\\/\''],
  ['/^-*/.exec("--*/")', '/^-*(?:)/.exec("--*\\/")'],
  ['/\\/.*/is.test("/")', '/\\/.*(?:)/is.test("/")'],
  ['"1-*/".replace(/[*/]*/g, "+").length', '"1-*\\/".replace(/[*\\/]*(?:)/g, "+").length'],
  ['/\\*\\/\\*/.source.length > 4', '/\\*\\/\\*(?:)/.source.length > 4'],
  [
    '((tag) => tag`▲ · 😀`)(([text]) => text)',
    '((tag) => tag`\\u25b2 \\u00b7 \\ud83d\\ude00`)(([text]) => text)',
  ],
])(
  'of %s nothing ends a comment or lies beyond ASCII, and it means the same',
  (program, expected) => {
    const text = commentable(program)

    expect(text).toBe(expected)
    // biome-ignore lint/security/noGlobalEval: programs are what it is about.
    const run: (text: string) => unknown = eval
    expect(run(text)).toEqual(run(program))
  },
)

test.each(['/* one */ 1', 'String.raw`*/`', '2 */1/.x'])(
  'that %s ends a comment is an error of the build',
  (program) => {
    expect(() => commentable(program)).toThrow('the program has a */')
  },
)
