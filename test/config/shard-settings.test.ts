import { describe, expect, test } from 'vitest'
import { configured, mistakesOf } from '../support/configured.ts'

const title = '--shard.index (REDIS_EXPORTER_SHARD_INDEX)'
const accepted = 'a whole number from 0 to 255, or a name that ends in a dash and such a number'

test('without a number of shards there are none', () => {
  expect(configured([]).shard).toBeUndefined()
})

test.each([
  ['a number', '2'],
  ['the name of a pod', 'redis-exporter-2'],
  ['the name of a host', 'node-1.example.com-2'],
])('the index is read from %s', (_, given) => {
  const args = ['--shard.total=3', `--shard.index=${given}`]
  expect(configured(args).shard).toEqual({ index: 2, total: 3 })
})

test('the index is that of the host name where none is given', () => {
  expect(configured(['--shard.total=5']).shard).toEqual({ index: 4, total: 5 })
})

test('an index wins over that of the host name', () => {
  expect(configured(['--shard.total=5', '--shard.index=0']).shard).toEqual({ index: 0, total: 5 })
})

describe('one shard alone', () => {
  test('is one', () => {
    expect(configured(['--shard.total=1', '--shard.index=0']).shard).toEqual({ index: 0, total: 1 })
  })

  test('needs no index, whatever the host is called', () => {
    expect(configured(['--shard.total=1']).shard).toEqual({ index: 0, total: 1 })
    expect(mistakesOf(['--shard.total=1'], {}, 'localhost')).toEqual([])
  })

  test('has no other index', () => {
    expect(mistakesOf(['--shard.total=1', '--shard.index=1'])).toEqual([
      `${title}: 1 is not one of 1 shards; give 0`,
    ])
  })
})

describe('is refused', () => {
  test.each([
    [
      'an index without a number of shards',
      ['--shard.index=0'],
      'means nothing without --shard.total',
    ],
    [
      'an index that there is not',
      ['--shard.total=3', '--shard.index=3'],
      '3 is not one of 3 shards; give 0 to 2',
    ],
    [
      'the index of a host name that there is not',
      ['--shard.total=3'],
      '4, from the host name "exporter-4", is not one of 3 shards; give 0 to 2',
    ],
    [
      'an index below 0',
      ['--shard.total=3', '--shard.index=-1'],
      `"-1" is not accepted; give ${accepted}`,
    ],
    [
      'an index that is none',
      ['--shard.total=3', '--shard.index=auto'],
      `"auto" is not accepted; give ${accepted}`,
    ],
    [
      'the number of a host name without a dash',
      ['--shard.total=3', '--shard.index=node1'],
      `"node1" is not accepted; give ${accepted}`,
    ],
  ])('%s', (_, args, what) => {
    expect(mistakesOf(args)).toEqual([`${title}: ${what}`])
  })

  test.each(['localhost', 'node1', '10.0.0.1', ''])('a host name without a number: %j', (name) => {
    expect(mistakesOf(['--shard.total=3'], {}, name)).toEqual([
      `${title}: the host name "${name}" does not end in a dash and a number; give 0 to 2`,
    ])
  })

  test.each(['0', '-1', '257', 'many'])('%s shards, and nothing is said of the index', (total) => {
    const what = `"${total}" is not accepted; give a whole number from 1 to 256`
    expect(mistakesOf([`--shard.total=${total}`, '--shard.index=1'])).toEqual([
      `--shard.total (REDIS_EXPORTER_SHARD_TOTAL): ${what}`,
    ])
  })
})

test('whoever asks for the ACL rules need not be a shard', () => {
  expect(mistakesOf(['--shard.total=3', '--acl'], {}, 'localhost')).toEqual([])
})
