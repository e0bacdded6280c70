import { expect, test } from 'vitest'
import { allCommandNames, type Reply } from '../../src/redis/command.ts'
import { parseInfo } from '../../src/redis/info.ts'
import {
  askCommands,
  askContainers,
  readKnownCommands,
  serverInfo,
} from '../../src/redis/server-info.ts'
import { readFixture } from '../support/fixtures.ts'

test('what INFO tells of a server', () => {
  const info = parseInfo(readFixture('redis-7.0.15/info-cluster-node.txt'))

  expect(serverInfo(info, undefined)).toMatchObject({
    runId: expect.stringMatching(/^[0-9a-f]{40}$/),
    redisVersion: '7.0.15',
    mode: 'cluster',
    clusterEnabled: true,
    loading: false,
  })
})

test.each([
  ['redis-7.0.15/info-all.txt', 'standalone', false],
  ['sentinel-7.0.15/info-all.txt', 'sentinel', false],
  ['valkey-8-dev/info-all.txt', 'standalone', false],
])('the mode of %s is %s', (path, mode, clusterEnabled) => {
  expect(serverInfo(parseInfo(readFixture(path)), undefined)).toMatchObject({
    mode,
    clusterEnabled,
  })
})

test.each(['redis_mode', 'server_mode', 'redict_mode'])('the mode is told as %s', (field) => {
  const info = parseInfo(`# Server\nredis_version:7.2.4\n${field}:sentinel\n`)

  expect(serverInfo(info, undefined).mode).toBe('sentinel')
})

test.each([
  ['info-all.txt', 'master'],
  ['info-replica.txt', 'slave'],
])('the role in %s is %s', (file, role) => {
  expect(serverInfo(parseInfo(readFixture(`redis-7.0.15/${file}`)), undefined).role).toBe(role)
})

test('a server that is loading its data is known as such', () => {
  expect(serverInfo(parseInfo('# Persistence\nloading:1\n'), undefined).loading).toBe(true)
})

test('a Sentinel tells the names of its masters, whatever stands in them, each once', () => {
  const lines = [
    'master0:name=a,b,status=ok,address=127.0.0.1:6379,slaves=0,sentinels=1',
    'master1:name=status=,status=odown,address=127.0.0.1:6380,slaves=0,sentinels=1',
    'master2:status=ok',
    'masters:name=c,status=ok',
    'master3:name=a,b,status=ok,address=127.0.0.1:6381,slaves=0,sentinels=1',
  ]
  const info = parseInfo(`# Sentinel\r\n${lines.join('\r\n')}\r\n`)

  expect(serverInfo(info, undefined).masterNames).toEqual(['a,b', 'status='])
})

test('a server that tells nothing has empty facts', () => {
  expect(serverInfo(parseInfo(''), undefined)).toMatchObject({
    runId: '',
    redisVersion: '',
    mode: '',
    role: '',
    clusterEnabled: false,
    loading: false,
    masterNames: [],
  })
})

test('two commands ask for all the commands that may be sent', () => {
  const [asked, more] = [askCommands, askContainers].map(([name, form, ...names]) => {
    expect([name, form]).toEqual(['COMMAND', 'INFO'])
    return names
  })

  expect([...(asked ?? []), ...(more ?? [])].toSorted()).toEqual(allCommandNames.toSorted())
  expect(more).toContain('config')
})

test('a server has the commands for which it answers with an entry', () => {
  const [, , ...names] = askCommands
  const reply = names.map((name) => (name === 'latency|histogram' ? null : [name, -2]))
  const server = serverInfo(parseInfo(''), readKnownCommands(reply, askCommands))

  expect(names.filter((name) => !server.knows(name))).toEqual(['latency|histogram'])
})

test.each<[string, Reply]>([
  ['no list', 'OK'],
  ['nil', null],
  ['a list of another length', [null]],
  ['an empty list', []],
])('a reply that is %s says nothing, and every command counts as known', (_form, reply) => {
  const commands = readKnownCommands(reply, askCommands)

  expect(commands).toBeUndefined()
  expect(serverInfo(parseInfo(''), commands).knows('slowlog')).toBe(true)
})
