import { expect, test } from 'vitest'
import {
  allCommandNames,
  assertAllowed,
  type Command,
  commandName,
} from '../../src/redis/command.ts'

test.each<[Command, string]>([
  [['INFO', 'everything'], 'info'],
  [['info'], 'info'],
  [['CONFIG', 'GET', 'maxmemory'], 'config|get'],
  [['SLOWLOG', 'LEN'], 'slowlog|len'],
  [['COMMAND', 'INFO', 'info', 'slowlog'], 'command|info'],
  [['Latency', 'Histogram'], 'latency|histogram'],
  [['COMMANDLOG', 'LEN', 'slow'], 'commandlog|len'],
  [['AUTH', 'user', 'password'], 'auth'],
  [['CONFIG'], 'config|'],
])('%j is named %s, as in ACL rules', (command, name) => {
  expect(commandName(command)).toBe(name)
})

test('what may be sent is this and nothing else', () => {
  const allowed = allCommandNames.filter((name) => {
    const [first = '', ...rest] = name.split('|')
    return isAllowed([first, ...rest])
  })

  expect(allowed.sort()).toEqual([
    'auth',
    'cluster|info',
    'commandlog|len',
    'command|info',
    'config|get',
    'info',
    'latency|histogram',
    'latency|latest',
    'slowlog|get',
    'slowlog|len',
  ])
})

test('the server is also asked for the commands whose subcommands may be sent', () => {
  expect(allCommandNames.filter((name) => !name.includes('|')).sort()).toEqual([
    'auth',
    'cluster',
    'command',
    'commandlog',
    'config',
    'info',
    'latency',
    'slowlog',
  ])
})

test.each<[Command]>([[['INFO', 'all']], [['config', 'get', 'databases']], [['CLUSTER', 'INFO']]])(
  '%j may be sent',
  (command) => {
    expect(() => assertAllowed(command)).not.toThrow()
  },
)

test.each<[Command, string]>([
  [['FLUSHALL'], 'flushall'],
  [['CONFIG', 'SET', 'requirepass', 'hunter2'], 'config|set'],
  [['CONFIG'], 'config|'],
  [['SLOWLOG', 'RESET'], 'slowlog|reset'],
  [['CLUSTER', 'RESET'], 'cluster|reset'],
  [['COMMAND'], 'command|'],
  [['KEYS', '*'], 'keys'],
  [['MONITOR'], 'monitor'],
  [['SET', 'a', 'b'], 'set'],
])('%j may not be sent, and the error names the command without its arguments', (command, name) => {
  expect(() => assertAllowed(command)).toThrow(
    new Error(`${name} is not on the list of commands that may be sent`),
  )
})

function isAllowed(command: Command): boolean {
  try {
    assertAllowed(command)
    return true
  } catch {
    return false
  }
}
