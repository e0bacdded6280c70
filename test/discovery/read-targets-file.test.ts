import { describe, expect, test } from 'vitest'
import { createTargetReader } from '../../src/config/target-reader.ts'
import type { FileTargets } from '../../src/discovery/file-target.ts'
import { readTargetsFile, type TargetsRead } from '../../src/discovery/read-targets-file.ts'
import { configured } from '../support/configured.ts'
import { unindented } from '../support/unindented.ts'

const takenLabels = new Set(['db', 'target'])

async function read(
  text: string,
  flags: readonly string[] = [],
  before?: FileTargets,
): Promise<TargetsRead> {
  const reader = createTargetReader(configured(flags).targetDefaults)
  return readTargetsFile(text, { reader, takenLabels }, before)
}

/** The targets of a file without a mistake. */
async function targetsOf(text: string, flags: readonly string[] = []) {
  const { targets, mistakes } = await read(text, flags)
  expect(mistakes).toEqual([])
  return [...targets.values()]
}

/** The settings of the only target of a file. */
async function settingsOf(
  lines: string,
  flags: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const [target] = await targetsOf(`targets: [{address: one, ${lines}}]`, flags)
  return target?.settings ?? {}
}

/** What is wrong with a file, as `line path: what`. */
async function mistakesIn(text: string, flags: readonly string[] = []) {
  const { mistakes } = await read(text, flags)
  return mistakes.map(({ line, path, what }) => `${line} ${path}: ${what}`)
}

describe('a target', () => {
  test('is known by its address, and called by its alias', async () => {
    const [one, other] = await targetsOf(unindented`
      targets:
        - address: redis://one:7000/3
          alias: sessions
          labels: {env: prod, team: 7}
        - address: other
    `)

    expect(one).toMatchObject({
      address: 'redis://one:7000',
      name: 'sessions',
      endpoint: { kind: 'tcp', host: 'one', port: 7000, tls: false },
      database: 3,
      labels: { env: 'prod', team: '7' },
    })
    expect(other).toMatchObject({
      address: 'redis://other:6379',
      name: 'redis://other:6379',
      database: 0,
      labels: {},
    })
  })

  test('has what flags and defaults say, where it says nothing itself', async () => {
    const [one, other] = await targetsOf(
      unindented`
        defaults:
          poll.timeout: 4s
          check-keys: "a*"
          labels: {env: prod, region: eu}
        targets:
          - address: one
            poll.timeout: 2s
            labels: {env: test}
          - address: other
      `,
      ['--poll.timeout=5s', '--poll.interval=7s'],
    )

    expect(one).toMatchObject({
      labels: { env: 'test', region: 'eu' },
      settings: {
        pollInterval: 7_000,
        pollTimeout: 2_000,
        checkKeys: [{ database: 0, pattern: 'a*' }],
      },
    })
    expect(other?.settings.pollTimeout).toBe(4_000)
  })

  test('has what follows from its own settings, as with flags', async () => {
    const settings = await settingsOf('poll.interval: 90', ['--poll.interval=5s'])

    expect(settings).toMatchObject({
      pollInterval: 90_000,
      pollTimeout: 10_000,
      pollMaxAge: 270_000,
      scanInterval: 90_000,
      scanMaxAge: undefined,
    })
  })

  test('has the settings of flags where the file says nothing', async () => {
    const flags = ['--check-keys=a*', '--poll.interval=5s', '--collect.latency=false']

    expect(JSON.stringify(await settingsOf('alias: x', flags))).toBe(
      JSON.stringify(configured(flags).settings),
    )
  })
})

describe('a value', () => {
  test.each([
    ['a number', 'max-series: 100', 'maxSeries', 100],
    ['a fraction', 'scan.max-load: 0.10', 'scanMaxLoad', 0.1],
    ['true or false', 'export-client-list: true', 'exportClientList', true],
    ['a text', 'scan.interval: 2m', 'scanInterval', 120_000],
    ['a switch of a collector', 'collect.latency: false', 'collect.latency', false],
    ['in quotes', 'set-client-name: "false"', 'setClientName', false],
    ['a list of names', 'script: [a.lua, b.lua]', 'script', ['a.lua', 'b.lua']],
    [
      'a list of patterns, with whatever stands in them',
      'check-keys: ["a,b", db3=c*, "d\\"e"]',
      'checkKeys',
      [
        { database: 0, pattern: 'a,b' },
        { database: 3, pattern: 'c*' },
        { database: 0, pattern: 'd"e' },
      ],
    ],
    ['a list of Lua patterns', 'check-key-groups: ["^(a,)", b]', 'checkKeyGroups', ['^(a,)', 'b']],
    ['an empty list', 'check-keys: []', 'checkKeys', []],
  ])('may be %s', async (_what, line, key, expected) => {
    expect((await settingsOf(line, ['--check-keys=x']))[key]).toEqual(expected)
  })
})

describe('the login of a target', () => {
  async function loginOf(lines: string, flags: readonly string[] = []) {
    const [target] = await targetsOf(`targets: [{address: "redis://inner:@one", ${lines}}]`, flags)
    const { user, password } = (await target?.login.read()) ?? {}
    return [user, password?.reveal()]
  }

  test.each([
    ['the user of the address', '', [], ['inner', undefined]],
    ['its own user', 'user: own', [], ['own', undefined]],
    ['its own file', 'password-file: /run/x', [], ['inner', 'of /run/x']],
    ['its own command', 'password-command: "token \'a b\'"', [], ['inner', 'of token, a b']],
    ['its own command as a list', 'password-command: [token, a b]', [], ['inner', 'of token, a b']],
    ['names of flags', 'redis.user: own, redis.password-file: x', [], ['own', 'of x']],
    ['a file for all', '', ['--redis.password-file=all'], ['inner', 'of all']],
    [
      'its own file before a password for all',
      'password-file: x',
      ['--redis.password=all'],
      ['inner', 'of x'],
    ],
    [
      'its own command before a file for all',
      'password-command: x',
      ['--redis.password-file=all'],
      ['inner', 'of x'],
    ],
  ])('comes from %s', async (_what, lines, flags, expected) => {
    expect(await loginOf(lines, flags)).toEqual(expected)
  })

  test('comes from its own file before the command of the defaults', async () => {
    const [target] = await targetsOf(unindented`
      defaults: {password-command: token, user: all}
      targets: [{address: one, password-file: x}]
    `)

    expect((await target?.login.read())?.password?.reveal()).toBe('of x')
    expect((await target?.login.read())?.user).toBe('all')
  })
})

describe('the form of file_sd', () => {
  test('is read too, in JSON as well', async () => {
    const targets = await targetsOf(
      '[{"targets": ["one", "rediss://two:7000"], "labels": {"env": "prod", "__meta_x": "y"}}, {"targets": []}, {"targets": ["three"]}]',
      ['--poll.interval=5s'],
    )

    expect(targets.map(({ name, labels }) => [name, labels])).toEqual([
      ['redis://one:6379', { env: 'prod' }],
      ['rediss://two:7000', { env: 'prod' }],
      ['redis://three:6379', {}],
    ])
    expect(targets[0]?.settings.pollInterval).toBe(5_000)
  })
})

test('a file without targets is one', async () => {
  expect(await targetsOf('targets: []')).toEqual([])
  expect(await targetsOf('[]')).toEqual([])
})

test('what stands there as before is the very same target, whatever stands around it', async () => {
  const first = await read(unindented`
    targets:
      - {address: one, check-keys: a*, poll.interval: 5}
      - {address: two, check-keys: [a*, b*]}
  `)
  const then = await read(
    unindented`
      # another order
      defaults: {poll.interval: 5}
      targets:
        - {address: three}
        - {address: two, check-keys: [a*, c*]}
        - {check-keys: a*, address: one}
    `,
    [],
    first.targets,
  )
  const byName = (targets: FileTargets) =>
    new Map([...targets.values()].map((one) => [one.name, one]))
  const [before, after] = [byName(first.targets), byName(then.targets)]

  expect([...after.keys()]).toEqual(
    [3, 2, 1].map((n) => `redis://${['', 'one', 'two', 'three'][n]}:6379`),
  )
  expect(after.get('redis://one:6379')).toBe(before.get('redis://one:6379'))
  expect(after.get('redis://two:6379')).not.toBe(before.get('redis://two:6379'))
})

test('targets with the same settings have them in common', async () => {
  const [one, two] = await targetsOf(
    'targets: [{address: one, max-series: 7}, {max-series: 7, address: two}]',
  )

  expect(one?.settings).toBe(two?.settings)
})

describe('mistakes', () => {
  test('come all at once, each with its line and its path', async () => {
    expect(
      await mistakesIn(unindented`
        defaults:
          poll.interval: soon
          address: one
        targets:
          - address: redis://one:70000
            labels:
              env: prod
              db: "0"
          - alias: x
            check-key: a
      `),
    ).toEqual([
      '2 defaults.poll.interval: "soon" is not accepted; give a whole number of seconds from 1s to 1h, such as 15s or 1m30s; a bare number is seconds',
      '3 defaults.address: each target has its own; give it there',
      '5 targets[0].address: the value is not accepted; give redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], unix:///path, host[:port] or [IPv6]:port',
      '8 targets[0].labels.db: series of the exporter have this label already; give another name',
      '9 targets[1]: the address is missing; give redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], unix:///path, host[:port] or [IPv6]:port',
      '10 targets[1].check-key: there is no such setting; did you mean check-keys?',
    ])
  })

  test.each([
    [
      '',
      '1 : give targets, a list, and if need be defaults above it; or the form of file_sd of Prometheus, a list of targets and labels',
    ],
    [
      'hunter2',
      '1 : give targets, a list, and if need be defaults above it; or the form of file_sd of Prometheus, a list of targets and labels',
    ],
    ['defaults: {}', '1 targets: give a list of targets'],
    ['targets: {a: 1}', '1 targets: give a list of targets'],
    [
      'target: []\ntargets: []',
      '1 target: give targets, a list, and if need be defaults above it; or the form of file_sd of Prometheus, a list of targets and labels',
    ],
    [
      'targets: [one]',
      '1 targets[0]: give settings by their names, such as address, alias, labels and check-keys',
    ],
    [
      'targets: [{address: one, check-keys: {a: b}}]',
      '1 targets[0].check-keys: settings within settings are not accepted; give patterns separated by commas, each pattern or db3=pattern, quoted as in CSV',
    ],
    [
      'targets: [{address: one, check-keys: [[a]]}]',
      '1 targets[0].check-keys: a list holds texts only; give patterns separated by commas, each pattern or db3=pattern, quoted as in CSV',
    ],
    [
      'targets: [{address: one, poll.interval: [5]}]',
      '1 targets[0].poll.interval: a list is not accepted; give a whole number of seconds from 1s to 1h, such as 15s or 1m30s; a bare number is seconds',
    ],
    [
      'targets: [{address: one, max-series: }]',
      '1 targets[0].max-series: the value is missing; give a whole number from 1 to 10000000',
    ],
    [
      'targets: [{address: one, script: ["a,b"]}]',
      '1 targets[0].script: what stands in the list may hold no comma; give names separated by commas',
    ],
    [
      'targets: [{address: one, log-level: debug}]',
      '1 targets[0].log-level: is a setting of the whole exporter; give it as --log-level',
    ],
    [
      'targets: [{address: one, adress: two}]',
      '1 targets[0].adress: there is no such setting; did you mean address?',
    ],
    [
      'targets: [{address: one, "bad name\\n": two}]',
      '1 targets[0].(a key that is no name): there is no such setting; see --help',
    ],
    [
      'targets: [{address: one, user: a, redis.user: b}]',
      '1 targets[0].redis.user: it is given twice, also in line 1',
    ],
    [
      'targets: [{address: one, redis.addr: two}]',
      '1 targets[0].redis.addr: the address is given twice',
    ],
    [
      'targets: [{address: one, password-file: a, password-command: b}]',
      '1 targets[0].password-command: --redis.password-file is given as well; give one of them',
    ],
    [
      'targets:\n- {address: one}\n- {address: "redis://one:6379/3"}',
      '3 targets[1]: the same server stands in line 2',
    ],
    [
      'targets:\n- {address: one, alias: a}\n- {address: two, alias: a}',
      '3 targets[1].alias: the target of line 2 is called so; give another name',
    ],
    [
      'targets:\n- {address: one}\n- {address: two, alias: "redis://one:6379"}',
      '3 targets[1].alias: the target of line 2 is called so; give another name',
    ],
    [
      'targets: [{address: one, alias: " x"}]',
      '1 targets[0].alias: " x" is not accepted; give a text in one line of 1 to 200 characters, without blanks at its ends',
    ],
    [
      'targets: [{address: one, alias: [x]}]',
      '1 targets[0].alias: it is no text; give a text in one line of 1 to 200 characters, without blanks at its ends',
    ],
    [
      'targets: [{address: one, labels: [x]}]',
      '1 targets[0].labels: give names and values, such as env: production',
    ],
    [
      'targets: [{address: one, labels: {a-b: x}}]',
      '1 targets[0].labels.a-b: give letters, digits and underscores that begin with neither a digit nor two underscores',
    ],
    [
      'targets: [{address: one, labels: {__x: x}}]',
      '1 targets[0].labels.__x: it is reserved; give letters, digits and underscores that begin with neither a digit nor two underscores',
    ],
    [
      'targets: [{address: one, labels: {instance: x}}]',
      '1 targets[0].labels.instance: /sd sets this label to the name of the target; give an alias, or another name',
    ],
    [
      '[{targets: [one], labels: {instance: x}}]',
      '1 [0].labels.instance: /sd sets this label to the name of the target; give an alias, or another name',
    ],
    [
      'targets: [{address: one, labels: {target: x}}]',
      '1 targets[0].labels.target: series of the exporter have this label already; give another name',
    ],
    [
      'targets: [{address: one, labels: {a: }}]',
      '1 targets[0].labels.a: give a text of 1000 characters at most',
    ],
    [
      '[{targets: [one], poll.interval: 5}]',
      '1 [0].poll.interval: in the form of file_sd there are targets and labels alone; settings stand in the form with targets above all',
    ],
    ['[{labels: {}}]', '1 [0].targets: give a list of addresses'],
    ['[{targets: [one, two, "one:6379"]}]', '1 [0].targets[2]: the same server stands in line 1'],
    ['targets: [', '1 : the indentation does not fit what stands above, or a bracket is missing'],
    ['targets:\n\t- address: one', '2 : tabs do not indent in YAML'],
    ['targets: []\ntargets: []', '2 : this name stands twice'],
    ['targets: []\n---\ntargets: []', '2 : a second document begins here; give one'],
    ['targets: *x', '1 : there is no anchor of this name above'],
  ])('in %j', async (text, mistake) => {
    expect(await mistakesIn(text)).toEqual([mistake])
  })

  test('of what follows from other settings name the one that was given', async () => {
    expect(
      await mistakesIn(
        'targets:\n- address: one\n  poll.interval: 60\n  poll.max-age: 30\n- address: two\n  poll.interval: 120',
        ['--poll.max-age=1m40s'],
      ),
    ).toEqual([
      '4 targets[0].poll.max-age: "30s" is not accepted; give more than the poll interval',
      '5 targets[1].poll.max-age: "1m40s" is not accepted; give more than the poll interval',
    ])
  })

  test('of defaults come once, for however many targets', async () => {
    const targets = Array.from({ length: 50 }, (_, n) => `{address: host${n}}`)

    expect(
      await mistakesIn(`defaults: {poll.interval: 60, poll.max-age: 30}\ntargets: [${targets}]`),
    ).toEqual(['1 defaults.poll.max-age: "30s" is not accepted; give more than the poll interval'])
  })

  test('are more targets than ten thousand, and no more than that is said', async () => {
    const targets = Array.from({ length: 10_001 }, (_, n) => `"host${n}"`)

    expect(await mistakesIn(`[{"targets": [${targets}]}]`)).toEqual([
      '1 targets: there are more than 10000',
    ])
  })
})

describe('of a setting that changes nothing is told so, and it is no mistake:', () => {
  async function remarksOn(text: string, flags: readonly string[] = []) {
    const { mistakes, remarks } = await read(text, flags)
    expect(mistakes).toEqual([])
    return remarks.map(({ line, path, what }) => `${line} ${path}: ${what}`)
  }

  test.each([
    [
      'targets: [{address: one, tls-server-name: x}]',
      '1 targets[0].tls-server-name: has no effect: the address asks for no TLS; rediss:// does',
    ],
    [
      'targets: [{address: one, connection-timeout: 3s}]',
      '1 targets[0].connection-timeout: has no effect: poll.timeout covers connecting too',
    ],
    [
      'targets: [{address: one, export-client-port: true}]',
      '1 targets[0].export-client-port: has no effect without --export-client-list',
    ],
  ])('%s', async (text, remark) => {
    expect(await remarksOn(text)).toEqual([remark])
  })

  test.each([
    ['where the address asks for it', 'targets: [{address: rediss://one, tls-server-name: x}]', []],
    ['where it is for all', 'defaults: {tls-server-name: x}\ntargets: [{address: one}]', []],
    [
      'where defaults ask for it',
      'defaults: {export-client-list: true}\ntargets: [{address: one, export-client-port: true}]',
      [],
    ],
    [
      'where flags ask for it',
      'targets: [{address: one, export-client-port: true}]',
      ['--export-client-list'],
    ],
  ])('but nothing %s', async (_where, text, flags) => {
    expect(await remarksOn(text, flags)).toEqual([])
  })
})

describe('a password in the file is refused', () => {
  const noAddress =
    'an address holds no password here, since this file is no secret, and what stands before an @ without a colon is one; give user, and password-file or password-command'
  const noSetting =
    'a password is not given here, since this file is no secret; give password-file or password-command'

  test.each([
    ['targets: [{address: "redis://:hunter2@one"}]', `1 targets[0].address: ${noAddress}`],
    ['targets: [{address: "redis://hunter2@one"}]', `1 targets[0].address: ${noAddress}`],
    ['[{targets: ["redis://user:hunter2@one"]}]', `1 [0].targets[0]: ${noAddress}`],
    ['targets: [{address: one, password: hunter2}]', `1 targets[0].password: ${noSetting}`],
    [
      'targets: [{address: one, redis.password: hunter2}]',
      `1 targets[0].redis.password: ${noSetting}`,
    ],
    ['defaults: {password: hunter2}\ntargets: []', `1 defaults.password: ${noSetting}`],
  ])('in %j', async (text, mistake) => {
    expect(await mistakesIn(text)).toEqual([mistake])
  })

  test.each([
    'targets: [{address: "redis://:hunter2@one:x"}]',
    'targets: [{address: "one", password-command: "echo hunter2 | cat"}]',
    'targets: [{address: "one" hunter2}]',
    'targets: [{address: "one", password-command: \'hunter2}]',
    'targets: [{address: "one", user: !hunter2 x, address: y}]',
    'targets:\n  - address: one\n hunter2: y',
    'targets: &hunter2 [*hunter3]',
    'targets:\n  - redis://:hunter2@host:6379:\n      alias: a',
    'redis://:hunter2@host:6379:\n  alias: a',
    'targets: [{address: one, labels: {"redis://:hunter2@host:6379": a}}]',
    '[{targets: [one], "redis://:hunter2@host:6379": a}]',
    '[{targets: [one], labels: {"redis://:hunter2@host:6379": a}}]',
    'defaults: {"redis://:hunter2@host:6379": a}\ntargets: []',
  ])('and shown nowhere: %j', async (text) => {
    const mistakes = await mistakesIn(text)

    expect(mistakes).not.toEqual([])
    expect(mistakes.join('\n')).not.toContain('hunter2')
  })
})

describe('a file that means harm', () => {
  test.each([
    ['brackets without end', '['.repeat(50_000)],
    [
      'aliases of aliases',
      `${Array.from({ length: 9 }, (_, n) => `- &a${n} [${Array(20).fill(n ? `*a${n - 1}` : 'x')}]`).join('\n')}`,
    ],
    ['an alias of itself', 'targets: &a [*a]'],
    ['levels without end', '- '.repeat(50_000)],
  ])('is told by a mistake: %s', async (_what, text) => {
    expect((await mistakesIn(text)).length).toBeGreaterThan(0)
  })
})
