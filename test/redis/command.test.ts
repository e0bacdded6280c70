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
  [['HOTKEYS', 'GET'], 'hotkeys|get'],
  [['AUTH', 'user', 'password'], 'auth'],
  [['CONFIG'], 'config|'],
])('%j is named %s, as in ACL rules', (command, name) => {
  expect(commandName(command)).toBe(name)
})

/** All that may be sent, by what it is for. That none of it writes is shown on a real server. */
const allowed = {
  'the connection': ['auth', 'select', 'readonly', 'ping', 'client|setname', 'client|no-touch'],
  'the state of a server': [
    ...['command|info', 'info', 'config|get', 'client|list', 'server'],
    ...['memory|stats', 'function|stats', 'hotkeys|get'],
  ],
  'its logs and times': [
    'slowlog|len',
    'slowlog|get',
    'commandlog|len',
    'commandlog|get',
    'latency|latest',
    'latency|histogram',
    'acl|log',
    'acl|users',
  ],
  'clusters and Sentinels': [
    'cluster|info',
    'cluster|links',
    'cluster|nodes',
    'cluster|shards',
    'cluster|slots',
    'cluster|slot-stats',
    'sentinel|masters',
    'sentinel|myid',
    'sentinel|ckquorum',
    'sentinel|sentinels',
    'sentinel|replicas',
    'sentinel|slaves',
    'sentinel|config',
  ],
  'what Sentinels tell by themselves': ['subscribe'],
  keys: [
    'scan',
    'type',
    'memory|usage',
    'strlen',
    'getrange',
    'pfcount',
    'llen',
    'scard',
    'zcard',
    'hlen',
    'xlen',
    'arcount',
    'vcard',
  ],
  streams: ['xinfo|stream', 'xinfo|groups', 'xinfo|consumers'],
  'search indexes': ['ft._list', 'ft.info'],
  'the scripts of the user': ['script|load', 'evalsha', 'eval_ro'],
}

test('what may be sent is this and nothing else', () => {
  const names = allCommandNames.filter((name) => {
    const [first = '', ...rest] = name.split('|')
    return isAllowed([first, ...rest])
  })

  expect(names.sort()).toEqual(Object.values(allowed).flat().sort())
})

test('the server is also asked for the commands whose subcommands may be sent', () => {
  const others = allCommandNames.filter((name) => !Object.values(allowed).flat().includes(name))

  expect(others.sort()).toEqual([
    'acl',
    'client',
    'cluster',
    'command',
    'commandlog',
    'config',
    'function',
    'hotkeys',
    'latency',
    'memory',
    'script',
    'sentinel',
    'slowlog',
    'xinfo',
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
  [['ACL', 'SETUSER', 'a', 'on'], 'acl|setuser'],
  [['ACL', 'GETUSER', 'a'], 'acl|getuser'],
  [['CLUSTER', 'RESET'], 'cluster|reset'],
  [['COMMAND'], 'command|'],
  [['KEYS', '*'], 'keys'],
  [['MONITOR'], 'monitor'],
  [['SET', 'a', 'b'], 'set'],
  [['EVAL', 'return 1', '0'], 'eval'],
  [['CLIENT', 'KILL', 'TYPE', 'normal'], 'client|kill'],
  [['SENTINEL', 'FAILOVER', 'mine'], 'sentinel|failover'],
  [['MEMORY', 'PURGE'], 'memory|purge'],
  [['SCRIPT', 'FLUSH'], 'script|flush'],
  [['COMMANDLOG', 'RESET', 'slow'], 'commandlog|reset'],
  [['FUNCTION', 'KILL'], 'function|kill'],
  [['HOTKEYS', 'START', 'METRICS', '1', 'CPU'], 'hotkeys|start'],
  [['PSUBSCRIBE', '*'], 'psubscribe'],
  [['PUBLISH', 'a', 'b'], 'publish'],
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
