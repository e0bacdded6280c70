import type { Option, Values } from '../options/option.ts'
import type { ListenOn } from '../targets/listen-address.ts'
import type { AllGiven, Environment } from './given.ts'
import { listenMistakes } from './listen-mistakes.ts'
import { options } from './options.ts'
import { title } from './title.ts'

/** The environment that we were started with, and the number of our process. */
export interface StartedAs {
  readonly env: Environment
  readonly processId: number
}

// That of the first socket, after the three streams that every process has.
const firstDescriptor = 3
const mostSockets = 64

/**
 * Where to listen: at the addresses that are given, or on what systemd hands over. Whoever did not
 * start us by it only wants to know what is wrong otherwise, and leaves `started` out.
 */
export function settleListening(
  values: Pick<Values<typeof options>, 'listenAddresses' | 'probeAddress' | 'systemdSocket'>,
  given: (option: Option) => AllGiven,
  started: StartedAs | undefined,
): { readonly listenAddresses: readonly ListenOn[]; readonly mistakes: readonly string[] } {
  const { listenAddresses, probeAddress, systemdSocket } = values
  if (!systemdSocket) return { listenAddresses, mistakes: listenMistakes(values) }
  const mistakes = [...listenMistakes({ listenAddresses: [], probeAddress })]
  if (given(options.listenAddresses).first)
    mistakes.push(
      `${title(options.listenAddresses)}: ${title(options.systemdSocket)} is given as well; give one of them`,
    )
  const sockets = started ? handedOver(started) : []
  if (typeof sockets !== 'string') return { listenAddresses: sockets, mistakes }
  return {
    listenAddresses: [],
    mistakes: [...mistakes, `${title(options.systemdSocket)}: ${sockets}`],
  }
}

/** What systemd hands to a process that a socket unit starts, or why there is nothing (sd_listen_fds(3)). */
function handedOver({ env, processId }: StartedAs): readonly ListenOn[] | string {
  const { LISTEN_PID: forProcess, LISTEN_FDS: count = '' } = env
  const how = 'have a socket unit of systemd start the exporter itself, or leave it out'
  if (!forProcess || !count) return `there is no socket (LISTEN_PID, LISTEN_FDS); ${how}`
  if (forProcess !== `${processId}`)
    return `the sockets are for another process than this, which is ${processId} (LISTEN_PID); ${how}`
  const sockets = /^\d{1,3}$/.test(count) ? Number(count) : 0
  if (sockets < 1 || sockets > mostSockets)
    return `LISTEN_FDS is no number from 1 to ${mostSockets}; ${how}`
  return Array.from({ length: sockets }, (_, index) => ({ descriptor: firstDescriptor + index }))
}
