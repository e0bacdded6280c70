/*
 * The program lies in its file as a comment, which V8 passes over many times faster than it reads a
 * program: whoever starts it may have code that was compiled before.
 */

const before = '/*\n'
const behind = '\n*/'

export interface ProgramText {
  readonly text: string
  /** How many lines of the file come before it. */
  readonly lineOffset: number
}

/** A program as a comment; it must not end one itself. */
export function asComment(program: string): string {
  return before + program + behind
}

/** The program in the content of a file that has it as its last comment, without copying it. */
export function programIn(content: string): ProgramText {
  const start = content.indexOf(before) + before.length
  return {
    text: content.slice(start, content.lastIndexOf(behind)),
    lineOffset: content.slice(0, start).split('\n').length - 1,
  }
}
