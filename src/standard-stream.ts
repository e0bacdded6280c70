import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { createWaitingLines, type WaitingLines } from './waiting-lines.ts'

const maximumWaitingBytes = 256 * 1024

const descriptors = { stdout: 1, stderr: 2 } as const

/**
 * Standard output or standard error for lines that must hold up nothing: a quarter of a megabyte
 * waits for a reader that stands still. We write on the event loop to what refuses instead of waiting. The
 * ways of Node.js are none: a thread that waits in a write keeps the process from ending, and what
 * a stream holds back is lost then.
 */
export function openStandardStream(
  name: 'stdout' | 'stderr',
  onDropped: (lines: number) => void = () => {},
): WaitingLines {
  const descriptor = withoutWaiting(name)
  return createWaitingLines({
    write: (bytes) => writeSync(descriptor, bytes),
    maximumBytes: maximumWaitingBytes,
    onDropped,
  })
}

/** A descriptor of that stream whose writes do not wait, where the system can give one. */
function withoutWaiting(name: keyof typeof descriptors): number {
  const descriptor = descriptors[name]
  const file = fstatSync(descriptor)
  // The disk is as good as always there.
  if (file.isFile()) return descriptor
  try {
    // Opened anew, so that programs which share the stream with us do not meet refused writes.
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants
    if (!file.isSocket())
      return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY)
  } catch {
    // Somebody else's, such as the pipe of a container that runs as another user.
  }
  // The stream of Node.js is not used; but making one sets pipes and sockets to refuse.
  void process[name]
  return descriptor
}
