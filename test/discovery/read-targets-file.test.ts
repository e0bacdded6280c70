import { describe, expect, test } from 'vitest'
import type { FileTargets } from '../../src/discovery/file-target.ts'
import { configured } from '../support/configured.ts'
import { readTargets, settingsOf, targetsOf } from '../support/read-targets.ts'
import { unindented } from '../support/unindented.ts'

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

  test('is called as its address is written, and is the same one however that is', async () => {
    const [one] = await targetsOf('targets: [{address: "[0:0::1]:7000"}]')
    const [other] = await targetsOf('targets: [{address: Host.Example}]')

    expect(one).toMatchObject({ address: 'redis://[::1]:7000', name: 'redis://[0:0::1]:7000' })
    expect(other).toMatchObject({
      address: 'redis://host.example:6379',
      name: 'redis://Host.Example:6379',
      endpoint: { host: 'Host.Example' },
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

  test.each([
    ['labels', '[{"targets": ["one"], "labels": null}]'],
    ['labels, as YAML leaves them', '- targets: [one]\n  labels:\n'],
    ['the value of a label', '[{"targets": ["one"], "labels": {"env": null}}]'],
    ['targets of another group', '[{"targets": null, "labels": {"a": "b"}}, {"targets": ["one"]}]'],
    ['another group', '[{"labels": {"a": "b"}}, {"targets": ["one"]}]'],
  ])('may hold nothing in the place of %s, as Go programs write it', async (_what, text) => {
    expect(await targetsOf(text)).toMatchObject([{ name: 'redis://one:6379', labels: {} }])
  })
})

describe('a file without targets', () => {
  test.each(['targets: []', '[]', 'null', 'null\n', '[{"targets": null}]', '[{}]', 'targets:'])(
    'is one, as %j',
    async (text) => {
      expect(await targetsOf(text)).toEqual([])
    },
  )
})

test('what is empty in the place of labels or defaults is none', async () => {
  const [target] = await targetsOf(unindented`
    defaults:
      # poll.interval: 5s
    targets:
      - address: one
        labels:
  `)

  expect(target).toMatchObject({ name: 'redis://one:6379', labels: {} })
})

test('what stands there as before is the very same target, whatever stands around it', async () => {
  const first = await readTargets(unindented`
    targets:
      - {address: one, check-keys: a*, poll.interval: 5}
      - {address: two, check-keys: [a*, b*]}
  `)
  const then = await readTargets(
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
