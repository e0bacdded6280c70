import { describe, expect, test } from 'vitest'
import { mistakesIn } from '../support/read-targets.ts'

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
    'targets: [{address: one, discover.map: "redis://:hunter2@10.0.0.1:6379=nat.example:7001"}]',
    'targets: [{address: one, discover.map: ["hunter2@10.0.0.1=nat.example"]}]',
    'targets: [{address: one, alias: "redis://:hunter2@host:6379 "}]',
  ])('and shown nowhere: %j', async (text) => {
    const mistakes = await mistakesIn(text)

    expect(mistakes).not.toEqual([])
    expect(mistakes.join('\n')).not.toContain('hunter2')
  })
})
