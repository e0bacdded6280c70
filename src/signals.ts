import type { HttpServer } from './http/http-server.ts'
import type { Reload } from './http/reload-route.ts'
import { type Log, lastLinesMilliseconds } from './log.ts'
import type { Schedule } from './poller/schedule.ts'
import type { WaitingLines } from './waiting-lines.ts'

// Responses under way may take this long when we are told to stop; Kubernetes waits longer.
const graceMilliseconds = 3000

const ending = ['SIGTERM', 'SIGINT'] as const

/**
 * Ends us at once while nothing is served: of the first process of a container nothing else would,
 * for it is sent only the signals that it handles. Gives back what stops that.
 */
export function endOnSignal(): () => void {
  const end = () => process.exit(0)
  for (const signal of ending) process.on(signal, end)
  return () => {
    for (const signal of ending) process.off(signal, end)
  }
}

/** Ends us in order when we are told to, and at once when we are told twice. */
export function stopOnSignal(
  schedule: Schedule,
  servers: readonly HttpServer[],
  log: Log,
  output: WaitingLines,
): void {
  let stopping = false
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    schedule.stop()
    await Promise.all(servers.map((one) => one.stop(graceMilliseconds)))
    log.info('stopped')
    output.flush(lastLinesMilliseconds)
    // A poll may still wait for its server; nothing is owed to it.
    process.exit(0)
  }
  for (const signal of ending) process.on(signal, stop)
}

/**
 * Each of them would end us, or, SIGUSR1, open a port for a debugger. Where there are files that are
 * followed, SIGHUP asks to read them.
 */
export function answerSignals(log: Log, reloadNow: () => Reload | undefined): void {
  for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
    process.on(signal, () => {
      const reload = signal === 'SIGHUP' ? reloadNow() : undefined
      log.info({ signal }, reload ? 'reading the files' : 'signal ignored')
      void reload?.()
    })
}
