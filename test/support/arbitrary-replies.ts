import fc from 'fast-check'
import { resp } from './resp.ts'

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
const anyBytes = fc.string({ unit: byte })
const line = anyBytes.map((text) => text.replaceAll(/[\r\n]/g, ' '))

/** One reply of RESP2, encoded as a binary string. */
export const anyReplyBytes: fc.Arbitrary<string> = fc.letrec<{ reply: string; list: string }>(
  (tie) => ({
    reply: fc.oneof(
      { depthSize: 'small' },
      line.map(resp.simple),
      line.map((text) => resp.error(`ERR ${text}`)),
      fc.integer().map(resp.integer),
      anyBytes.map((text) => `$${text.length}\r\n${text}\r\n`),
      fc.constantFrom('$-1\r\n', '*-1\r\n'),
      tie('list'),
    ),
    list: fc.array(tie('reply'), { maxLength: 4 }).map(resp.array),
  }),
).reply

/** Cuts a text into pieces, some of them empty perhaps. */
export function cut(text: string, cuts: readonly number[]): readonly string[] {
  const ends = [...cuts.map((one) => one % (text.length + 1)), text.length].sort((a, b) => a - b)
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

// What frames are made of, so that a change is likely to hit one.
const telling = fc.constantFrom(...'\r\n+-:$*>_/0123456789', '\r\n', '$-1\r\n', '*1\r\n')

/** Some such texts, with parts of them replaced, left out or doubled. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.oneof(telling, byte, fc.constant('')),
  })
  return fc
    .tuple(
      fc.array(texts, { minLength: 1, maxLength: 3 }),
      fc.array(change, { minLength: 1, maxLength: 4 }),
    )
    .map(([replies, changes]) =>
      changes.reduce((text, { at, remove, insert }) => {
        const start = at % (text.length + 1)
        return text.slice(0, start) + insert + text.slice(start + remove)
      }, replies.join('')),
    )
}
