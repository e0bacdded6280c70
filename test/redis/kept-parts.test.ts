import { expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { replicationPosition } from '../../src/redis/replication-position.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { serverName } from '../../src/redis/server-name.ts'
import { serverRun } from '../../src/redis/server-run.ts'
import { collectGarbage } from '../support/collect-garbage.ts'

const megabyte = 2 ** 20
const long = 'x'.repeat(40)

/** As it comes over a connection: a text of its own each time. */
const received = (text: string) => Buffer.from(text + '\r\nfill:'.padEnd(megabyte, '-')).toString()

const info = () =>
  parseInfo(
    received(
      [
        '# Server',
        ...[`run_id:${long}`, `redis_version:7.0.15-${long}`, `redis_mode:${long}`],
        `valkey_version:9.1.2-${long}`.slice(0, 50),
        '# Replication',
        ...['role:master', `master_replid:${long}`, 'master_repl_offset:5'],
        `slave0:ip=${long},port=1,state=online,offset=4,lag=1`,
        '# Sentinel',
        `master0:name=${long},status=ok,address=127.0.0.1:6379,slaves=1,sentinels=3`,
      ].join('\r\n'),
    ),
  )

/** The megabytes that are held more than before once a hundred of them were made. */
function heldBy(make: () => unknown): number {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: 100 }, make)
  collectGarbage()
  const held = process.memoryUsage().heapUsed - before
  expect(kept).toHaveLength(100)
  return held / megabyte
}

test.each<[what: string, make: () => unknown]>([
  ['what is known of a server', () => serverInfo(info(), undefined)],
  ['the name of a server', () => serverName(info())],
  ['the run of a server', () => serverRun(info(), 0)],
  ['its place in a replication', () => replicationPosition(info(), { askedAt: 0, heardAt: 0 })],
])('%s keeps nothing else of the reply that told it', (_, make) => {
  expect(make()).toBeTruthy()

  expect(heldBy(make)).toBeLessThan(20)
})
