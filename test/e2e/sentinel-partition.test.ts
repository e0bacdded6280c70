import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { newerServers } from '../support/newer-servers.ts'
import {
  type PartedDeployment,
  type PlacedServer,
  startPartedDeployment,
} from '../support/parted-deployment.ts'
import { byLabel, rolesIn, upIn, valueIn } from '../support/topology-readings.ts'

const within = { within: 120_000, every: 50 }

const namesOf = (servers: readonly PlacedServer[]) => servers.map(({ name }) => name).sort()

const servers: readonly (readonly [kind: string, program: string | undefined])[] = [
  ['Redis 7', undefined],
  ['Redis 8', newerServers['redis-8']],
  ['Valkey 9', newerServers['valkey-9']],
]

// The deployments stand side by side; of each, one thing happens after the other.
describe.concurrent.each(servers)(
  'an exporter that reaches both sides of a parted network of %s',
  (_kind, program) => {
    let deployment: PartedDeployment
    let exporter: Exporter

    /** What is told of the deployment, and of its servers. */
    async function told() {
      const families = await exporter.metrics()
      return {
        agreement: byLabel(families, 'redis_sentinel_master_agreement', 'sentinel'),
        quorum: valueIn(families, 'redis_sentinel_master_quorum_reached'),
        masters: Object.keys(byLabel(families, 'redis_sentinel_master_address', 'master_address')),
        known: valueIn(families, 'redis_sentinel_master_known_sentinels'),
        roles: rolesIn(families),
        targets: Object.keys(byLabel(families, 'redis_up', 'target')).sort(),
        up: upIn(families),
      }
    }

    beforeAll(async () => {
      deployment = await startPartedDeployment(program)
      const [alone] = deployment.sentinels
      exporter = await startExporter({
        args: [`--redis.addr=${alone.name}`, '--discover=sentinel', '--poll.interval=2s'],
      })
    }, 240_000)
    afterAll(async () => {
      await exporter?.[Symbol.asyncDispose]()
      await deployment?.[Symbol.asyncDispose]()
    })

    it.sequential('sees all agree while the network is whole', async () => {
      const { sentinels, master, all } = deployment
      await eventually(async () => {
        const { agreement, quorum, masters, known, up } = await told()
        expect(agreement).toEqual(Object.fromEntries(sentinels.map(({ name }) => [name, 1])))
        expect([quorum, known, masters]).toEqual([1, 3, [master.name]])
        expect(up).toEqual(namesOf(all))
      }, within)
    })

    it.sequential('sees the Sentinel that is alone with the old master disagree, and loses no target', async () => {
      const { network, sentinels, master, replicas, all } = deployment
      const [alone, ...others] = sentinels
      network.part()

      await eventually(async () => {
        const { agreement, quorum, masters, known, roles, up } = await told()
        expect(agreement).toEqual({
          [alone.name]: 0,
          ...Object.fromEntries(others.map(({ name }) => [name, 1])),
        })
        expect([quorum, known, masters.length]).toEqual([1, 3, 1])
        const [successor = ''] = masters
        expect(namesOf(replicas)).toContain(successor)
        // Each side has a master of its own.
        expect([roles[successor], roles[master.name]]).toEqual(['master', 'master'])
        expect(up).toEqual(namesOf(all))
      }, within)
    }, 240_000)

    it.sequential('sees all agree on the new master once the network is whole again', async () => {
      const { network, sentinels, master, replicas, all } = deployment
      network.heal()

      await eventually(async () => {
        const { agreement, quorum, masters, known, roles, up } = await told()
        expect(agreement).toEqual(Object.fromEntries(sentinels.map(({ name }) => [name, 1])))
        expect([quorum, known, masters.length]).toEqual([1, 3, 1])
        const [successor = ''] = masters
        expect(namesOf(replicas)).toContain(successor)
        expect([roles[successor], roles[master.name]]).toEqual(['master', 'slave'])
        expect(up).toEqual(namesOf(all))
      }, within)
    }, 240_000)

    it.sequential('tells that no quorum is reached while two of three Sentinels are gone', async () => {
      const { sentinels, all } = deployment
      const [left, ...gone] = sentinels
      for (const { server } of gone) await server.kill()

      await eventually(async () => {
        const { agreement, quorum, known, targets, up } = await told()
        expect(quorum).toBe(0)
        expect(agreement).toEqual({ [left.name]: 1 })
        expect(known).toBe(3)
        expect(targets).toEqual(namesOf(all))
        expect(up).toEqual(namesOf(all.filter((one) => !gone.includes(one))))
      }, within)
      for (const { server } of gone) await server.restart()
      await eventually(async () => {
        const { quorum, up } = await told()
        expect(quorum).toBe(1)
        expect(up).toEqual(namesOf(all))
      }, within)
    }, 240_000)
  },
)
