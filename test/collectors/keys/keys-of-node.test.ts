import { describe, expect, test } from 'vitest'
import { keysOfNode } from '../../../src/collectors/keys/keys-of-node.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type FakeServer, fakePoll } from '../../support/fake-poll.ts'

const node = (role: string) => `# Replication\r\nrole:${role}\r\n# Cluster\r\ncluster_enabled:1\r\n`

async function asked(server: FakeServer, database = 0) {
  const poll = fakePoll(server)
  return { keys: await keysOfNode(poll, database, ['foo', 'bar']), commands: poll.commands }
}

test('a server that is no node of a cluster has all keys, and is not asked', async () => {
  expect(await asked({}, 3)).toEqual({ keys: ['foo', 'bar'], commands: [] })
})

describe('a node of a cluster', () => {
  const state = (is: string) => `cluster_enabled:1\r\ncluster_state:${is}\r\n`
  // The slot of `bar` is 5061, that of `foo` is 12182.
  const nodes = (own: string) =>
    [
      `a 127.0.0.1:7001@17001 ${own === 'a' ? 'myself,' : ''}master - 0 0 1 connected 0-8191`,
      `b 127.0.0.1:7002@17002 ${own === 'b' ? 'myself,' : ''}slave a 0 0 1 connected`,
      'c 127.0.0.1:7003@17003 master - 0 0 2 connected 8192-16383\n',
    ].join('\n')
  const replies = { 'CLUSTER INFO': state('ok'), 'CLUSTER NODES': nodes('a'), READONLY: 'OK' }

  test('is asked for the keys in its slots, whether it holds any there or not', async () => {
    expect(await asked({ info: node('master'), replies })).toEqual({
      keys: ['bar'],
      commands: ['CLUSTER INFO', 'CLUSTER NODES'],
    })
  })

  test('that calls its cluster down is asked for one key ahead of the others', async () => {
    const down = { ...replies, 'CLUSTER INFO': state('fail'), 'TYPE bar': 'list' }

    expect(await asked({ info: node('master'), replies: down })).toEqual({
      keys: ['bar'],
      commands: ['CLUSTER INFO', 'CLUSTER NODES', 'TYPE bar'],
    })
  })

  const asksForDatabases = 'CONFIG GET cluster-databases'

  test.each([
    ['that knows no other database', []],
    ['that has fewer', ['cluster-databases', '3']],
  ])('%s than one which is named fails there, and is not asked for its keys', async (_, told) => {
    const answers = { [asksForDatabases]: told }

    await expect(asked({ info: node('master'), replies: answers }, 3)).rejects.toMatchObject({
      reason: 'other',
      message: 'there is no such database',
    })
  })

  test.each([
    ['has no key in a database that is named', ['cluster-databases', '4']],
    ['does not tell how many it has', fromErrorReply('NOPERM no')],
  ])('that %s is not asked for keys there', async (_, told) => {
    expect(await asked({ info: node('master'), replies: { [asksForDatabases]: told } }, 3)).toEqual(
      {
        keys: [],
        commands: [asksForDatabases],
      },
    )
  })

  test('that has keys in a database is asked for them', async () => {
    const info = `${node('master')}# Keyspace\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n`
    const inThree = { ...replies, 'SELECT 3': 'OK', 'SELECT 0': 'OK' }

    expect((await asked({ info, replies: inThree }, 3)).keys).toEqual(['bar'])
  })

  test('that is a replica is told that its copy will do, of the slots of its master', async () => {
    const ofReplica = { ...replies, 'CLUSTER NODES': nodes('b') }

    expect(await asked({ info: node('slave'), replies: ofReplica })).toEqual({
      keys: ['bar'],
      commands: ['CLUSTER INFO', 'CLUSTER NODES', 'READONLY'],
    })
  })

  test('that does not tell is asked for all keys', async () => {
    const refused = () => fromErrorReply('NOPERM no')

    expect((await asked({ info: node('slave'), replies: refused })).keys).toEqual(['foo', 'bar'])
  })
})
