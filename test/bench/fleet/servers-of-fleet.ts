import {
  type LoopbackServers,
  type LoopbackServersOptions,
  startLoopbackServers,
} from '../../support/loopback-servers.ts'
import { runFixtureWorkload } from '../../tools/fixture-workload.ts'
import { moveTo, otherCore } from './cores.ts'

/** Starts the servers behind all targets of a fleet, on the core that is not measured, with all kinds of keys. */
export async function startServersOfFleet(
  kind: LoopbackServersOptions['kind'] = 'sound',
): Promise<LoopbackServers> {
  return await startLoopbackServers({
    count: 8,
    kind,
    async prepare(server) {
      moveTo(otherCore, server.pid)
      await runFixtureWorkload(server)
    },
  })
}
