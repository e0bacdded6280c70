import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { newerServers } from '../support/newer-servers.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { timeTakeover } from '../support/takeover.ts'
import {
  byLabel,
  nameOf,
  namesOf,
  pagesThatName,
  rolesIn,
  upIn,
  valueIn,
} from '../support/topology-readings.ts'

const within = { within: 120_000, every: 50 }

const [dataSecret, sentinelSecret] = ['data-hunter2', 'sentinel-hunter2']

const servers: readonly (readonly [kind: string, program: string | undefined])[] = [
  ['Redis 7', undefined],
  ['Redis 8', newerServers['redis-8']],
  ['Valkey 9', newerServers['valkey-9']],
]

// The deployments stand side by side; of each, one thing happens after the other.
describe.concurrent.each(servers)('an exporter of three Sentinels of %s', (kind, program) => {
  let deployment: SentinelDeployment
  let exporter: Exporter

  beforeAll(async () => {
    deployment = await startSentinelDeployment({
      program,
      password: dataSecret,
      sentinelPassword: sentinelSecret,
      configuration: [`sentinel sentinel-pass ${sentinelSecret}`],
    })
    const [first] = deployment.sentinels
    const file = join(first.directory, 'data-password')
    await writeFile(file, `${dataSecret}\n`)
    // Whatever is seen of a failover is seen by events.
    exporter = await startExporter({
      args: [
        `--redis.addr=redis://:${sentinelSecret}@127.0.0.1:${first.port}`,
        ...['--discover=sentinel', `--discover.passwords-file=${file}`, '--poll.interval=1h'],
        // A first poll that a busy machine cannot end in time is not tried again for an hour.
        '--poll.timeout=15s',
      ],
    })
  }, 240_000)
  afterAll(async () => {
    await exporter?.[Symbol.asyncDispose]()
    await deployment?.[Symbol.asyncDispose]()
  })

  it.sequential('watches Sentinels, master and replicas, each with the password of its kind', async () => {
    const { sentinels, data, master } = deployment
    await eventually(async () => {
      const families = await exporter.metrics()
      expect(upIn(families)).toEqual(namesOf([...sentinels, ...data]))
      expect(byLabel(families, 'redis_sentinel_master_address', 'master_address')).toEqual({
        [nameOf(master)]: 1,
      })
      expect(valueIn(families, 'redis_sentinel_master_quorum_reached')).toBe(1)
    }, within)
    expect(exporter.logs()).not.toContain('hunter2')
    expect((await exporter.get('/metrics')).body).not.toContain('hunter2')
  })

  it.sequential('follows a failover by the events of the Sentinels, to the metrics of the new master', async () => {
    const { master, replicas, sentinels } = deployment
    // That by which all were found.
    const [lost, ...others] = sentinels
    await lost.pause()
    try {
      const takeover = await timeTakeover({ exporter, master, replicas, sentinels: others })
      const { successor, saidAt, announcedAt = NaN, shownAt } = takeover
      console.log(
        `a master of Sentinels of ${kind}, polled each hour, dies: the new one says so after ${saidAt.toFixed(0)} ms, the Sentinels after ${announcedAt.toFixed(0)} ms, and we do ${(shownAt - saidAt).toFixed(0)} ms after the former, ${(shownAt - announcedAt).toFixed(0)} ms after the latter`,
      )
      // What is before the event is the time of the Sentinels, which have the other replica follow first.
      expect(shownAt - Math.max(saidAt, announcedAt)).toBeLessThan(10_000)

      await eventually(async () => {
        const families = await exporter.metrics()
        const addresses = byLabel(families, 'redis_sentinel_master_address', 'master_address')
        expect(addresses).toEqual({ [nameOf(successor)]: 1 })
        expect(rolesIn(families)[nameOf(successor)]).toBe('master')
        expect(byLabel(families, 'redis_up', 'target')[nameOf(master)]).toBe(0)
        // One of the Sentinels is silent.
        const agreement = byLabel(families, 'redis_sentinel_master_agreement', 'sentinel')
        expect(Object.keys(agreement).sort()).toEqual(namesOf(others))
      }, within)
    } finally {
      lost.resume()
    }
  }, 240_000)

  it.sequential('forgets a master that the Sentinels no longer watch, and its replicas, everywhere', async () => {
    const { data, sentinels } = deployment
    const pages = ['/', '/ready', '/metrics', '/targets', '/sd']
    for (const name of namesOf(data))
      expect(await pagesThatName(exporter, name, pages)).toEqual(pages)
    const [first, second, last] = sentinels
    const forget = (sentinel: RedisServer) => sentinel.client().call('SENTINEL', 'REMOVE', 'orders')
    await Promise.all([first, second].map(forget))
    // Whom nobody names any more is listened to for as long as it watches.
    await eventually(async () => {
      const families = await exporter.metrics()
      const agreement = byLabel(families, 'redis_sentinel_master_agreement', 'sentinel')
      expect(agreement).toEqual({ [nameOf(last)]: 1 })
      expect(upIn(families)).toContain(nameOf(last))
    }, within)
    await forget(last)

    await eventually(async () => {
      for (const name of namesOf(data))
        expect(await pagesThatName(exporter, name, pages)).toEqual([])
    }, within)
    const families = await exporter.metrics()
    expect(byLabel(families, 'redis_sentinel_master_address', 'master_address')).toEqual({})
    // The one that is configured, and nobody tells of the others any more.
    expect(upIn(families)).toEqual([nameOf(sentinels[0])])
  }, 240_000)
})
