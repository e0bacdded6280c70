import parse from 'shell-quote/parse.js'
import type { ProgramCall } from '../targets/password-command.ts'
import type { ValueKind } from './value-kinds.ts'

/**
 * A program and its arguments as a shell reads words and quotes. No shell runs it: whatever else
 * means something to one has to stand in quotes. A JSON list of texts is taken as it is.
 */
export const programCall: ValueKind<ProgramCall> = {
  placeholder: 'command',
  accepts: 'a program and its arguments, with quotes as in a shell, or a JSON list of them',
  read(text) {
    const [program, ...args] = wordsOf(text) ?? []
    const all = [program, ...args]
    return program && all.every((word) => !word?.includes('\0')) ? { program, args } : undefined
  },
  join: (words) => JSON.stringify(words),
  hint: (text) =>
    wordsOf(text)
      ? undefined
      : 'no shell runs it, so what only a shell reads ($, |, &, ;, <, >, *, #, quotes that do not end) stands in quotes',
}

function wordsOf(text: string): readonly string[] | undefined {
  return text.startsWith('[') ? readList(text) : readWords(text)
}

function readList(text: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(text)
    const isList = Array.isArray(words) && words.every((word) => typeof word === 'string')
    return isList ? words : undefined
  } catch {
    return undefined
  }
}

const quotesEnd = /^(?:[^'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")*$/s

function readWords(text: string): readonly string[] | undefined {
  if (!quotesEnd.test(text)) return undefined
  const words = parse(text, () => ({ op: 'variable' }))
  const texts = words.filter((word) => typeof word === 'string')
  return texts.length === words.length ? texts : undefined
}
