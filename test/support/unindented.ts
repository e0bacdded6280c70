/**
 * The text of a template as it reads: without the line break at its beginning, without the
 * indentation of the test around it, and with one line break at its end.
 */
export function unindented(strings: TemplateStringsArray, ...values: unknown[]): string {
  const lines = String.raw({ raw: strings.map(String) }, ...values).split('\n')
  const filled = lines.filter((line) => line.trim() !== '')
  const margin = Math.min(...filled.map((line) => line.search(/\S/)))
  const text = lines.map((line) => line.slice(margin)).join('\n')
  return `${text.replace(/^\n/, '').trimEnd()}\n`
}
