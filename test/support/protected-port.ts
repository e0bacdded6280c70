import type { Protection } from '../../src/http/http-server.ts'
import { createBcryptThread } from '../../src/protection/bcrypt-thread.ts'
import { createJudge } from '../../src/protection/judge-login.ts'
import type { Port } from '../../src/protection/open-port.ts'
import { configured } from './configured.ts'
import { openedPort } from './opened-port.ts'

/** What protects a port, as flags and the files that they name say. */
export interface ProtectedPort extends Protection, Disposable {
  readonly port: Port
}

export async function protectedPort(args: readonly string[]): Promise<ProtectedPort> {
  const { port } = await openedPort(args)
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
    protectProbes: configured(args).protectProbes,
    [Symbol.dispose]() {
      port.stop()
      bcrypt.stop()
    },
  }
}
