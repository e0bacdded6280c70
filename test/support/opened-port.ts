import { openPort, type Port } from '../../src/protection/open-port.ts'
import { configured } from './configured.ts'
import { fakeClock } from './fake-clock.ts'
import { recordedLog } from './recorded-log.ts'
import type { KeyPair } from './tls-certificates.ts'

/** How a port is protected by files that are looked at often, so that no test waits for that. */
export interface OpenedPort extends Disposable {
  readonly port: Port
  readonly log: ReturnType<typeof recordedLog>
}

export async function openedPort(args: readonly string[]): Promise<OpenedPort> {
  const recorded = recordedLog()
  const options = { settings: configured(args), clock: fakeClock(), log: recorded.log }
  const opened = await openPort({ ...options, everyMilliseconds: 20 })
  if ('mistakes' in opened) throw new Error(opened.mistakes.join('\n'))
  const { port } = opened
  return { port, log: recorded, [Symbol.dispose]: port.stop }
}

/** What keeps the port from opening; none when it opens. */
export async function mistakesOf(args: readonly string[]): Promise<readonly string[]> {
  const options = { settings: configured(args), clock: fakeClock(), log: recordedLog().log }
  const opened = await openPort(options)
  if ('mistakes' in opened) return opened.mistakes
  // Else its looks at the files would go on beside the tests of other files.
  opened.port.stop()
  return []
}

/** Who may log in by a password of which the hash is known. */
export function usersOf({ port }: OpenedPort): readonly string[] | undefined {
  const { users } = port.current()
  return users?.kind === 'hashed' ? [...users.hashes.keys()] : undefined
}

/** A hash of bcrypt, for users whose password nobody gives. */
export const hash = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'

/** The text of a file that says how our own port speaks TLS. */
export function tlsFile(pair: KeyPair | undefined, settings: readonly string[]): string {
  const all = [`cert_file: ${pair?.cert}`, `key_file: ${pair?.key}`, ...settings]
  return `tls_server_config:\n${all.map((line) => `  ${line}\n`).join('')}`
}
