/**
 * The lines of a reply such as those of CLIENT LIST and CLUSTER NODES, found as they are asked for;
 * blank ones are passed over.
 */
export function* linesOf(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end < 0 ? text.length : end).trimEnd()
    if (line !== '') yield line
    start = end < 0 ? text.length : end + 1
    // Blank lines one by one would be a long way to the next one that is yielded.
    while (isBlank(text.charCodeAt(start))) start += 1
  }
}

function isBlank(character: number): boolean {
  return character === 10 || character === 13 || character === 32
}
