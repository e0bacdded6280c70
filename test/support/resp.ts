/** The replies of RESP2, as a server writes them. */
export const resp = {
  simple: (text: string) => `+${text}\r\n`,
  /** With its code in front, as in `NOPERM this user …`. */
  error: (text: string) => `-${text}\r\n`,
  integer: (value: number) => `:${value}\r\n`,
  bulk: (text: string | null) =>
    text === null ? '$-1\r\n' : `$${Buffer.byteLength(text)}\r\n${text}\r\n`,
  /** Of replies that are encoded already. */
  array: (replies: readonly string[]) => `*${replies.length}\r\n${replies.join('')}`,
} as const

/**
 * Reads the commands that a client sends, arrays of bulk strings, from pieces of any size.
 * The function returned takes a piece and returns the commands that it completed.
 */
export function commandReader(): (chunk: Buffer) => readonly (readonly string[])[] {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const commands: (readonly string[])[] = []
    for (;;) {
      const found = readCommand(rest)
      if (found === undefined) {
        return commands
      }
      commands.push(found.words)
      rest = rest.subarray(found.end)
    }
  }
}

function readCommand(bytes: Buffer): { words: readonly string[]; end: number } | undefined {
  const header = readLength(bytes, 0, '*')
  const words: string[] = []
  let position = header?.end
  while (header !== undefined && position !== undefined && words.length < header.length) {
    const word = readLength(bytes, position, '$')
    const end = word === undefined ? Number.POSITIVE_INFINITY : word.end + word.length + 2
    if (word === undefined || end > bytes.length) {
      return undefined
    }
    words.push(bytes.toString('utf8', word.end, word.end + word.length))
    position = end
  }
  return position === undefined ? undefined : { words, end: position }
}

/** A line such as `*3` or `$11`: its number, and where the next line starts. */
function readLength(
  bytes: Buffer,
  start: number,
  mark: string,
): { length: number; end: number } | undefined {
  const end = bytes.indexOf('\r\n', start)
  if (end < 0) {
    return undefined
  }
  const line = bytes.toString('latin1', start, end)
  if (!line.startsWith(mark) || !/^.\d+$/.test(line)) {
    throw new Error(`expected ${mark} and a number from the client, got ${JSON.stringify(line)}`)
  }
  return { length: Number(line.slice(1)), end: end + 2 }
}
