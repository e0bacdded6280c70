/** Lines on their way to where somebody may not read, such as a pipe. */
export interface WaitingLines {
  /** Takes a line with its end. It is written at once, or later, or dropped; nothing is thrown. */
  write(line: string): void
  /** Writes what waits, standing still for so many milliseconds at most. */
  flush(milliseconds: number): void
}

export interface WaitingLinesOptions {
  /**
   * Writes some of the bytes without waiting and says how many. Throws EAGAIN where there is no
   * room for now; any other error means that these lines will not be written.
   */
  readonly write: (bytes: Buffer) => number
  /** Lines that together are longer give way, the oldest first. */
  readonly maximumBytes: number
  readonly onDropped: (lines: number) => void
}

// No more than this is put together for one write, as container runtimes take it.
const largestWrite = 16 * 1024
const retryMilliseconds = 50
const flushStepMilliseconds = 5
const lineEnd = Buffer.from('\n')

/** Keeps a bounded number of bytes for a reader that stands still, and never waits for it. */
export function createWaitingLines(options: WaitingLinesOptions): WaitingLines {
  let lines: Buffer[] = []
  let bytes = 0
  /** How much of the first line is written. */
  let written = 0
  let retry: NodeJS.Timeout | undefined

  function remove(index: number): void {
    bytes -= lines[index]?.length ?? 0
    lines.splice(index, 1)
  }
  function advance(count: number): void {
    written += count
    for (let [first] = lines; first && written >= first.length; [first] = lines) {
      written -= first.length
      remove(0)
    }
  }
  // The rest of a line that was begun is lost too, so that the next one begins a line of its own.
  function giveUp(): void {
    options.onDropped(lines.filter((line) => line !== lineEnd).length)
    lines = written > 0 || lines[0] === lineEnd ? [lineEnd] : []
    bytes = lines.length
    written = 0
  }
  function writeAll(): void {
    clearTimeout(retry)
    retry = undefined
    try {
      while (lines.length > 0) advance(options.write(nextBytes(lines, written)))
    } catch (error) {
      if (isFull(error)) retry = setTimeout(writeAll, retryMilliseconds).unref()
      else giveUp()
    }
  }

  return {
    write(line) {
      const data = Buffer.from(line)
      lines.push(data)
      bytes += data.length
      if (!retry) writeAll()
      const oldest = written > 0 || lines[0] === lineEnd ? 1 : 0
      while (bytes > options.maximumBytes && lines.length > oldest) {
        remove(oldest)
        options.onDropped(1)
      }
    },
    flush(milliseconds) {
      const end = performance.now() + milliseconds
      writeAll()
      while (retry && performance.now() < end) {
        standStill(flushStepMilliseconds)
        writeAll()
      }
    },
  }
}

function nextBytes(lines: readonly Buffer[], written: number): Buffer {
  let count = 0
  let length = -written
  for (const line of lines) {
    if (count > 0 && length + line.length > largestWrite) break
    length += line.length
    count += 1
  }
  const [first] = lines
  const whole = count === 1 && first ? first : Buffer.concat(lines.slice(0, count))
  return whole.subarray(written)
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
