/*
 * The program lies in its file as a comment, which V8 passes over many times faster than it reads a
 * program: whoever starts it may have code that was compiled before.
 */

const before = '/*\n'
const behind = '\n*/\n'
const end = '*/'
const endInComment = '*~/'

export interface ProgramText {
  readonly text: string
  /** How many lines of the file come before it. */
  readonly lineOffset: number
}

/** The content of a file that begins with `head`, which starts the program behind it. */
export function withProgram(head: string, program: string): string {
  const text = inAscii(program)
  const content = head + before + text.replaceAll(end, endInComment) + behind
  if (programIn(content).text !== text) throw new Error('the program could not be read back')
  return content
}

/** The program in the content of a file, which ends with it. */
export function programIn(content: string): ProgramText {
  const start = content.indexOf(before) + before.length
  return {
    text: content.slice(start, -behind.length).replaceAll(endInComment, end),
    lineOffset: content.slice(0, start).split('\n').length - 1,
  }
}

// V8 keeps a text with one letter beyond Latin-1 in two bytes for each. Where esbuild leaves such a
// letter, in a template with a tag, that is told what the escape means.
function inAscii(program: string): string {
  return program.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
