import { describe, expect, test } from 'vitest'
import { mistakesIn } from '../support/read-targets.ts'
import { unindented } from '../support/unindented.ts'

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
    [
      '# null\n',
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
      `targets: [{address: "unix:///${'x'.repeat(107)}"}]`,
      '1 targets[0].address: the value is not accepted: the path of a socket has 107 bytes at most; give redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], unix:///path, host[:port] or [IPv6]:port',
    ],
    [
      'targets: [{address: one, check-keys: {a: b}}]',
      '1 targets[0].check-keys: settings within settings are not accepted; give patterns separated by commas, each pattern or db3=pattern, quoted as in CSV; + is a blank and %2B a plus',
    ],
    [
      'targets: [{address: one, check-keys: [[a]]}]',
      '1 targets[0].check-keys: a list holds texts only; give patterns separated by commas, each pattern or db3=pattern, quoted as in CSV; + is a blank and %2B a plus',
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
      'targets:\n- {address: One}\n- {address: one}',
      '3 targets[1]: the same server stands in line 2',
    ],
    [
      'targets:\n- {address: "[::1]:7000"}\n- {address: "[0:0:0:0:0:0:0:1]:7000"}',
      '3 targets[1]: the same server stands in line 2',
    ],
    [
      'targets:\n- {address: One}\n- {address: two, alias: "redis://One:6379"}',
      '3 targets[1].alias: the target of line 2 is called so; give another name',
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
      'targets:\n- {address: one, alias: "two:6379"}\n- {address: two}',
      '2 targets[0].alias: the target of line 3 is called so; give another name',
    ],
    [
      'targets: [{address: one, alias: TWO}, {address: two}]',
      '1 targets[0].alias: the target of line 1 is called so; give another name',
    ],
    [
      'targets: [{address: one, alias: "valkey://two/3"}, {address: two}]',
      '1 targets[0].alias: the target of line 1 is called so; give another name',
    ],
    [
      'targets: [{address: one, alias: "two:6380"}, {address: "rediss://two:6380"}]',
      '1 targets[0].alias: the target of line 1 is called so; give another name',
    ],
    [
      'targets: [{address: one, alias: "[0:0::1]:7"}, {address: "[::1]:7"}]',
      '1 targets[0].alias: the target of line 1 is called so; give another name',
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
    ['[{targets: {}}]', '1 [0].targets: give a list of addresses'],
    ['[null]', '1 [0].targets: give a list of addresses'],
    [
      '[{targets: [null]}]',
      '1 [0].targets[0]: the value is not accepted; give redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], unix:///path, host[:port] or [IPv6]:port',
    ],
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
