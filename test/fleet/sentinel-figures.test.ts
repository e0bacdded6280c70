import { expect, test } from 'vitest'
import type { KnownMaster } from '../../src/discovery/deployments.ts'
import { deploymentFigures } from '../../src/fleet/sentinel-figures.ts'

const master = (
  agreement: Readonly<Record<string, boolean>>,
  fields: Partial<KnownMaster> = {},
) => ({
  ...{ name: 'orders', address: 'redis://10.0.0.2:6379', replicas: [], quorum: 2, sentinels: 3 },
  agreement: new Map(Object.entries(agreement)),
  ...fields,
})

const figures = (...masters: readonly KnownMaster[]) =>
  deploymentFigures({ topology: 'a', masters }).map(({ metric, labels, value }) => [
    metric.name,
    labels,
    value,
  ])

test('the master, who disagrees about it, and whether the others are enough', () => {
  const labels = { topology: 'a', master_name: 'orders' }

  expect(figures(master({ a: true, b: false, c: true }))).toEqual([
    ['sentinel_master_address', { ...labels, master_address: 'redis://10.0.0.2:6379' }, 1],
    ['sentinel_master_agreement', { ...labels, sentinel: 'a' }, 1],
    ['sentinel_master_agreement', { ...labels, sentinel: 'b' }, 0],
    ['sentinel_master_agreement', { ...labels, sentinel: 'c' }, 1],
    ['sentinel_master_known_sentinels', labels, 3],
    ['sentinel_master_quorum_reached', labels, 1],
  ])
})

test.each([
  ['too few answer', { a: true }, {}, 0],
  ['too few agree', { a: true, b: false, c: false }, {}, 0],
  ['as many as the quorum are no majority', { a: true, b: true }, { sentinels: 5 }, 0],
  ['a majority is less than the quorum', { a: true, b: true }, { quorum: 3 }, 0],
  ['one alone is enough', { a: true }, { quorum: 1, sentinels: 1 }, 1],
])('where %s, the quorum is as it is', (_, agreement, fields, expected) => {
  expect(figures(master(agreement, fields)).at(-1)).toEqual([
    'sentinel_master_quorum_reached',
    { topology: 'a', master_name: 'orders' },
    expected,
  ])
})

test('a deployment without masters tells nothing', () => {
  expect(figures()).toEqual([])
})
