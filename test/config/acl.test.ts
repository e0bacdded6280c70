import { describe, expect, test } from 'vitest'
import { clientList } from '../../src/collectors/clients/client-list.ts'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkSingleKeys } from '../../src/collectors/keys/check-single-keys.ts'
import { checkSingleStreams } from '../../src/collectors/keys/check-single-streams.ts'
import { scriptFiles } from '../../src/collectors/modules/script-files.ts'
import { createScripts } from '../../src/collectors/modules/scripts.ts'
import { tile38 } from '../../src/collectors/server/tile38.ts'
import type { CollectorOfConfig } from '../../src/config/read-config.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { mistakesOf } from '../support/configured.ts'
import { allCollectors, keyCollectors } from '../support/registry.ts'

const none = 'ACL SETUSER exporter on >PASSWORD resetkeys -@all +info +command|info +client|setname'

describe('the line', () => {
  test('grants what the connection needs, to a user with a placeholder for the password', () => {
    expect(aclOf([])).toBe(`${none}\n`)
  })

  test.each([
    ['--set-client-name=false', none.replace(' +client|setname', '')],
    ['--ping-on-connect', `${none} +ping`],
    ['--redis.user=watcher', none.replace('exporter', 'watcher')],
    ['--redis.user=default', none],
    ['--redis.password=hunter2', none],
    ['--redis.addr=redis://user:hunter2@localhost', none],
  ])('for %s', (arg, expected) => {
    expect(aclOf([arg])).toBe(`${expected}\n`)
  })

  test('is not told to whoever made a mistake', () => {
    expect(mistakesOf(['--acl', '--debug=maybe'])).toHaveLength(1)
  })
})

describe('what discovery needs', () => {
  test('is granted for a cluster', () => {
    expect(aclOf(['--discover=cluster'])).toBe(`${none} +cluster|shards\n`)
  })

  test('is granted to the user of a Sentinel, which is also listened to', () => {
    expect(aclOf(['--discover=sentinel'])).toBe(
      `${none}\n# A Sentinel: instead\nACL SETUSER exporter on >PASSWORD resetkeys &* -@all +info +command|info +client|setname +sentinel|myid +sentinel|masters +sentinel|sentinels +sentinel|replicas +subscribe\n`,
    )
  })
})

describe('the commands of collectors', () => {
  const collectors = [
    collector('slowlog', ['slowlog|len', 'config|get']),
    collector('config', ['config|get']),
    collector('clients'),
    clientList,
  ]

  test.each([
    ['each once, in the order of the collectors', [], '+slowlog|len +config|get'],
    ['of those that are on', ['--collect.slowlog=false'], '+config|get'],
    ['of those that are wanted', ['--export-client-list'], '+slowlog|len +config|get +client|list'],
    ['without CONFIG where that is not used', ['--config-command=-'], '+slowlog|len'],
    // Redis takes the first name of a command in rules, whatever it is called now.
    ['under its first name', ['--config-command=HIDDEN'], '+slowlog|len +config|get'],
  ])('are granted: %s', (_case, args, expected) => {
    expect(aclOf(args, collectors)).toBe(`${none} ${expected}\n`)
  })

  test('that not every Redis has come in lines of their own', () => {
    const [valkey, modules] = ['Valkey from 8.1 on', 'Redis with search indexes']
    const one = collector('log', ['commandlog|len', 'config|get', 'ft.info', 'ft._list'])
    const other = collector('more', ['commandlog|get'])
    const text = aclOf(
      [],
      [
        {
          ...one,
          newerCommands: { 'commandlog|len': valkey, 'ft.info': modules, 'ft._list': modules },
        },
        { ...other, newerCommands: { 'commandlog|get': valkey } },
      ],
    )

    expect(text.split('\n')).toEqual([
      `${none} +config|get`,
      '# Valkey from 8.1 on: also',
      'ACL SETUSER exporter +commandlog|len +commandlog|get',
      '# Redis with search indexes: also',
      'ACL SETUSER exporter +ft.info +ft._list',
      '',
    ])
  })

  test('that only a Sentinel has come in a whole line for that', () => {
    const text = aclOf(
      ['--redis.user=watcher', '--check-keys=a'],
      [collector('sentinel', ['sentinel|masters', 'config|get']), checkKeys],
    )

    expect(text.split('\n').slice(-3)).toEqual([
      '# A Sentinel: instead',
      `${none.replace('exporter', 'watcher')} +sentinel|masters`,
      '',
    ])
    expect(text.split('\n')[0]).not.toContain('sentinel')
  })

  test('that a Sentinel has as well stand in its line too', () => {
    const both = ['client|list', 'acl|log', 'acl|users']
    const text = aclOf(
      [],
      [
        collector('some', ['sentinel|masters', 'config|get']),
        { ...collector('other', both), alsoOfSentinel: true },
      ],
    )

    expect(text.split('\n').slice(-2)).toEqual([
      `${none} +sentinel|masters +client|list +acl|log +acl|users`,
      '',
    ])
  })

  test('that only Tile38 has are left out: it knows no users', () => {
    expect(aclOf(['--is-tile38'], [tile38])).toBe(`${none}\n`)
  })
})

describe('the keys', () => {
  // What each of them sends is another matter.
  const ofKeys = [...keyCollectors, checkSingleKeys, checkSingleStreams].map((one) => ({
    ...one,
    commands: [],
  }))

  test.each([
    ['--check-keys=user:*', '%R~user:*'],
    ['--check-keys=a*,db3=b*,db4=a*', '%R~a* %R~b*'],
    ['--count-keys=a*', '%R~a*'],
    ['--check-streams=a*', '%R~a*'],
    ['--check-keys=a*,*', '%R~*'],
    ['--check-key-groups=^(.*):', '%R~*'],
    ['--script=a.lua', '%R~*'],
    ['--check-single-keys=a', '%R~a'],
    ['--check-single-streams=a*[1]?', '%R~a\\*\\[1\\]\\?'],
    // No rule may hold a blank.
    ['--check-keys=a b', '%R~a?b'],
    ['--check-keys=a\\ b', '%R~a?b'],
    ['--check-keys=a[ x]b[yz]', '%R~a?b[yz]'],
    ['--check-keys=a%00b', '%R~a?b'],
    // redis-cli reads these within quotes.
    ['--check-keys="a""b"', '"%R~a\\"b"'],
    ["--check-keys=a'b\\*", '"%R~a\'b\\\\*"'],
    ['--check-keys=ä', '"%R~\\xc3\\xa4"'],
  ])('of %s are %s', (arg, expected) => {
    expect(keysOf(aclOf([arg], allCollectors))).toBe(expected)
  })

  test('of a vector set are also to be written to, which is how Redis knows VCARD', () => {
    const text = aclOf(['--check-keys=a*,b c'], [checkKeys])

    expect(text.split('\n')).toContain('ACL SETUSER exporter ~a* ~b?c +vcard')
  })

  test('are all for a collector that looks at all, which is granted what a search needs', () => {
    const biggest = {
      ...collector('biggest', ['type']),
      schedule: 'walk' as const,
      access: () => ({ keys: ['*'] }),
    }
    const text = aclOf([], [biggest])

    expect(keysOf(text)).toBe('%R~*')
    expect(text.split('\n')[0]).toMatch(
      / \+select \+readonly \+config\|get \+cluster\|nodes \+scan \+type$/,
    )
    expect(keysOf(aclOf(['--collect.biggest=false'], [biggest]))).toBe('')
  })

  test('are none when none is looked at', () => {
    expect(keysOf(aclOf(['--check-keys=', '--check-key-groups='], allCollectors))).toBe('')
  })

  test.each([
    ['--check-keys=a*', '+select +readonly +config|get +cluster|nodes +scan'],
    ['--check-streams=a*', '+select +readonly +config|get +cluster|nodes +scan'],
    ['--check-key-groups=a', '+select +readonly +config|get +cluster|nodes +scan'],
    // How many keys have this name is for SCAN to say, too.
    ['--count-keys=a', '+select +readonly +config|get +cluster|nodes +scan'],
    ['--check-keys=a', '+select +readonly +config|get +cluster|nodes'],
  ])('of %s are walked, which needs %s', (arg, expected) => {
    const [line, remark, extra] = aclOf([arg], ofKeys).split('\n')

    expect(line?.endsWith(` -@all +info +command|info +client|setname ${expected}`)).toBe(true)
    expect(remark).toBe('# Redis from 7.2 on, Valkey: also')
    expect(extra).toBe('ACL SETUSER exporter +client|no-touch')
  })

  test.each(['--check-single-keys=a', '--check-single-streams=a'])(
    'of %s are not walked, which needs nothing more than its collector',
    (arg) => {
      expect(aclOf([arg], ofKeys).split('\n')[0]).toMatch(
        /-@all \+info \+command\|info \+client\|setname$/,
      )
    },
  )

  test('are not granted for a collector that is switched off', () => {
    const args = ['--check-keys=a*', '--collect.check-keys=false', '--count-keys=b*']

    expect(keysOf(aclOf(args, ofKeys))).toBe('%R~b*')
  })
})

describe('scripts', () => {
  const scripts = [createScripts(scriptFiles)]

  test.each([
    [[], '+eval_ro'],
    [['--lua-script-read-only=false'], '+script|load +evalsha'],
    [['--redis.addr=redis://localhost/3'], '+eval_ro +select'],
    [['--redis.addr=redis://localhost/0'], '+eval_ro'],
  ])('with %j need %s', (args, expected) => {
    const [line] = aclOf(['--script=a.lua', ...args], scripts).split('\n')

    expect(line?.endsWith(` +client|setname ${expected}`)).toBe(true)
  })

  test('that may write are let write to all keys, whatever else is looked at', () => {
    const args = ['--script=a.lua', '--lua-script-read-only=false']

    expect(keysOf(aclOf(args, scripts))).toBe('~*')
    expect(keysOf(aclOf([...args, '--check-keys=a*'], allCollectors))).toBe('~*')
    expect(keysOf(aclOf(['--lua-script-read-only=false', '--check-keys=a*'], allCollectors))).toBe(
      '%R~a*',
    )
  })

  test('call what we cannot know, and the remark says so', () => {
    expect(aclOf(['--script=a.lua'], scripts)).toMatch(
      /\n# And what the scripts themselves call\.\n$/,
    )
  })
})

function collector(name: string, commands?: readonly string[]): CollectorOfConfig {
  return { name, help: 'a test', ...(commands ? { commands } : {}) }
}

function aclOf(args: readonly string[], collectors: readonly CollectorOfConfig[] = []): string {
  const request = readConfig({ args: [...args, '--acl'], env: {}, collectors })
  if (request.kind !== 'acl') throw new Error(`not --acl: ${JSON.stringify(request)}`)
  return request.text
}

/** What stands between the rules that take all rights away. */
function keysOf(text: string): string {
  return /resetkeys (.*?) ?-@all/.exec(text)?.[1] ?? text
}
