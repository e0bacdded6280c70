import { Socket } from 'node:net'

/** What this process holds on to: sockets and timers by kind, and its own listeners. */
export async function heldResources(): Promise<Readonly<Record<string, number>>> {
  // What has just settled is counted until the event loop comes round.
  await new Promise(setImmediate)
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    if (/TCP|TLS|Timeout/.test(kind)) {
      counts[kind] = (counts[kind] ?? 0) + 1
    }
  }
  const listeners = process.eventNames().map((name) => process.listenerCount(name))
  return { ...counts, listeners: listeners.reduce((sum, count) => sum + count, 0) }
}

/** Of which kinds there are more than before. */
export function grown(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.keys(after).filter((kind) => (after[kind] ?? 0) > (before[kind] ?? 0))
}

/** How many listeners each socket of this process to a port has. */
export function listenersOfSockets(port: number): readonly number[] {
  return sockets()
    .filter(({ remotePort, destroyed }) => remotePort === port && !destroyed)
    .map((socket) => socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0))
}

function sockets(): readonly Socket[] {
  // Node shows the handles of a process by this undocumented name only.
  const { _getActiveHandles: handles } = process as unknown as {
    readonly _getActiveHandles: () => readonly unknown[]
  }
  return handles.call(process).filter((handle) => handle instanceof Socket)
}
