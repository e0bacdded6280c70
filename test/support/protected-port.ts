import type { Protection } from '../../src/http/http-server.ts'
import { createBcryptThread } from '../../src/protection/bcrypt-thread.ts'
import { createJudge } from '../../src/protection/judge-login.ts'
import { openPort, type Port } from '../../src/protection/open-port.ts'
import { configured } from './configured.ts'
import { fakeClock } from './fake-clock.ts'
import { recordedLog } from './recorded-log.ts'

/** What protects a port, as flags and the files that they name say. */
export interface ProtectedPort extends Protection, Disposable {
  readonly port: Port
}

export async function protectedPort(args: readonly string[]): Promise<ProtectedPort> {
  const settings = configured(args)
  const opened = await openPort({
    settings,
    clock: fakeClock(),
    log: recordedLog().log,
    everyMilliseconds: 20,
  })
  if ('mistakes' in opened) throw new Error(opened.mistakes.join('\n'))
  const { port } = opened
  const bcrypt = createBcryptThread()
  const judge = createJudge({
    bcrypt,
    onFailure: (failure) => {
      throw failure
    },
  })
  return {
    port,
    judge,
    protectProbes: settings.protectProbes,
    [Symbol.dispose]() {
      port.stop()
      bcrypt.stop()
    },
  }
}
