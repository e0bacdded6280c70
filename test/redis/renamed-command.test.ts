import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { renameConfig, withoutConfig } from '../../src/redis/renamed-command.ts'
import { askCommands, serverInfo } from '../../src/redis/server-info.ts'

test.each<[Command, Command]>([
  [
    ['CONFIG', 'GET', 'maxmemory'],
    ['MYCONFIG', 'GET', 'maxmemory'],
  ],
  [
    ['config', 'get', 'config'],
    ['MYCONFIG', 'get', 'config'],
  ],
  [
    ['COMMAND', 'INFO', 'info', 'config|get', 'config'],
    ['COMMAND', 'INFO', 'info', 'MYCONFIG|get', 'MYCONFIG'],
  ],
  [
    ['COMMAND', 'INFO', 'configure', 'sentinel|config'],
    ['COMMAND', 'INFO', 'configure', 'sentinel|config'],
  ],
  [
    ['SENTINEL', 'CONFIG', 'GET', '*'],
    ['SENTINEL', 'CONFIG', 'GET', '*'],
  ],
  [
    ['STRLEN', 'config'],
    ['STRLEN', 'config'],
  ],
  [['INFO'], ['INFO']],
])('with CONFIG renamed to MYCONFIG, %j is sent as %j', (command, sent) => {
  expect(renameConfig(command, 'MYCONFIG')).toEqual(sent)
})

test('a name with characters that mean something elsewhere is sent as it is', () => {
  expect(renameConfig(['COMMAND', 'INFO', 'config|get'], '$&$1')).toEqual([
    ...['COMMAND', 'INFO', '$&$1|get'],
  ])
})

test.each(['CONFIG', 'config', '', '-'])('nothing is renamed by the name "%s"', (name) => {
  expect(renameConfig(['CONFIG', 'GET', 'maxmemory'], name)).toEqual(['CONFIG', 'GET', 'maxmemory'])
  expect(renameConfig(askCommands, name)).toEqual(askCommands)
})

test.each([
  ['-', []],
  ['CONFIG', ['config', 'config|get']],
  ['MYCONFIG', ['config', 'config|get']],
])('with "%s" for its name a server knows %j of CONFIG', (name, known) => {
  const server = withoutConfig(serverInfo(parseInfo(''), undefined), name)

  expect(['config', 'config|get'].filter(server.knows)).toEqual(known)
  expect(server.knows('slowlog')).toBe(true)
})
