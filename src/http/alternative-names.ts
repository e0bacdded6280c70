import { plainName } from '../targets/one-spelling.ts'

/**
 * The names in the text that Node makes of a certificate's: `DNS:a.example, IP Address:10.0.0.1`. What
 * would be taken for more than one name stands in quotes there, as in JSON.
 */
export function alternativeNames(text: string): readonly string[] {
  const all = text.matchAll(/(?:^|, )[\w ]+:("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/g)
  return [...all].map(([, name = '']) => plainName(unquoted(name)))
}

function unquoted(name: string): string {
  return name.startsWith('"') ? String(JSON.parse(name)) : name
}
