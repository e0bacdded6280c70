import { expect, test } from 'vitest'
import { labelNames } from '../../src/metrics/label-names.ts'
import { gauge, newer } from '../../src/metrics/metric.ts'

test('the labels that are taken are those of collectors and our own', () => {
  const metric = newer(gauge('a', 'b', ['db'], ['key']), 'Redis 8', 'recorded')
  const names = labelNames([metric])

  expect([...names]).toEqual(
    expect.arrayContaining(['db', 'key', 'collector', 'err', 'instance_role']),
  )
  expect(['env', 'team', 'instance', 'cluster'].filter((name) => names.has(name))).toEqual([])
})
