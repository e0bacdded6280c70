/**
 * Characters at which text becomes bytes. Until then it is hundreds of small strings, which each
 * collection of garbage would have to copy.
 */
const chunkCharacters = 16 * 1024

/** Text that grows, of which no more than one chunk waits as strings. */
export interface ChunkedText {
  add(text: string): void
  /** What waits. */
  rest(): string
  /** Hands over what waits. */
  close(): void
}

/** Hands each chunk over as bytes as soon as it is full. */
export function createChunkedText(take: (chunk: string) => void): ChunkedText {
  let text = ''

  function close(): void {
    if (text === '') return
    const chunk = text
    text = ''
    take(chunk)
  }

  return {
    add(more) {
      text += more
      if (text.length >= chunkCharacters) close()
    },
    rest: () => text,
    close,
  }
}
