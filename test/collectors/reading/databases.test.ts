import { describe, expect, test } from 'vitest'
import { countDatabases } from '../../../src/collectors/reading/databases.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type FakeServer, fakePoll } from '../../support/fake-poll.ts'

describe('a node of a cluster that is asked has', () => {
  const cluster = '# Cluster\ncluster_enabled:1\n'
  const count = (server: FakeServer) => countDatabases(fakePoll(server), true)

  test('as many databases as Valkey 9 says', async () => {
    const replies = { 'CONFIG GET cluster-databases': ['cluster-databases', '4'] }

    expect(await count({ info: cluster, replies })).toEqual({ databases: 4, isTold: true })
  })

  test('one where there is no such parameter', async () => {
    const replies = { 'CONFIG GET cluster-databases': [] }

    expect(await count({ info: cluster, replies })).toEqual({ databases: 1, isTold: true })
  })

  test('as many as INFO names at most where CONFIG is refused', async () => {
    const replies = { 'CONFIG GET cluster-databases': fromErrorReply('NOPERM no') }
    const info = `${cluster}# Keyspace\ndb3:keys=1,expires=0\n`

    expect(await count({ info, replies })).toEqual({ databases: 4, isTold: false })
  })
})
