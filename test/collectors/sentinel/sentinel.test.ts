import { expect, test } from 'vitest'
import { sentinel } from '../../../src/collectors/sentinel/sentinel.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('a Sentinel of 7.0 that watches a master', async () => {
  const info = readFixture('sentinel-7.0.15/info-all.txt')
  const labels = 'master_name="mymaster",master_address="127.0.0.1:20855"'

  expect(await collected(sentinel, { info })).toBe(unindented`
    # TYPE redis_sentinel_master_sentinels gauge
    redis_sentinel_master_sentinels{${labels}} 1
    # TYPE redis_sentinel_master_slaves gauge
    redis_sentinel_master_slaves{${labels}} 1
    # TYPE redis_sentinel_master_status gauge
    redis_sentinel_master_status{${labels},master_status="ok"} 1
    # TYPE redis_sentinel_masters gauge
    redis_sentinel_masters 1
    # TYPE redis_sentinel_running_scripts gauge
    redis_sentinel_running_scripts 0
    # TYPE redis_sentinel_scripts_queue_length gauge
    redis_sentinel_scripts_queue_length 0
    # TYPE redis_sentinel_simulate_failure_flags gauge
    redis_sentinel_simulate_failure_flags 0
    # TYPE redis_sentinel_tilt gauge
    redis_sentinel_tilt 0
    # TYPE redis_sentinel_tilt_since_seconds gauge
    redis_sentinel_tilt_since_seconds -1
  `)
})

test('a Sentinel of Valkey counts how often it distrusted its clock', async () => {
  expect(await collected(sentinel, { info: '# Sentinel\nsentinel_total_tilt:3\n' })).toBe(
    unindented`
      # TYPE redis_sentinel_tilt_total counter
      redis_sentinel_tilt_total 3
    `,
  )
})

test('a master that is down has the status 0 and says which', async () => {
  const info = '# Sentinel\nmaster0:name=cache,status=odown,address=10.0.0.1:6379\n'

  expect(await collected(sentinel, { info })).toBe(unindented`
    # TYPE redis_sentinel_master_status gauge
    redis_sentinel_master_status{master_name="cache",master_address="10.0.0.1:6379",master_status="odown"} 0
  `)
})

test('the parts of a line may come in any number and order', async () => {
  const info = '# Sentinel\nmaster12:slaves=2,new=x,address=[::1]:6379,status=ok,name=cache\n'

  expect(await collected(sentinel, { info })).toBe(unindented`
    # TYPE redis_sentinel_master_slaves gauge
    redis_sentinel_master_slaves{master_name="cache",master_address="[::1]:6379"} 2
    # TYPE redis_sentinel_master_status gauge
    redis_sentinel_master_status{master_name="cache",master_address="[::1]:6379",master_status="ok"} 1
  `)
})

test.each(['a,b', 'a=b', 'a b', 'a,status=odown,x=1'])(
  'a master whose name is %s has it in the label',
  async (name) => {
    const info = `# Sentinel\nmaster0:name=${name},status=ok,address=h:1,slaves=2,sentinels=3\n`

    expect(await collected(sentinel, { info })).toBe(unindented`
      # TYPE redis_sentinel_master_sentinels gauge
      redis_sentinel_master_sentinels{master_name="${name}",master_address="h:1"} 3
      # TYPE redis_sentinel_master_slaves gauge
      redis_sentinel_master_slaves{master_name="${name}",master_address="h:1"} 2
      # TYPE redis_sentinel_master_status gauge
      redis_sentinel_master_status{master_name="${name}",master_address="h:1",master_status="ok"} 1
    `)
  },
)

test('a master whose state is not told has no status, not 0', async () => {
  const poll = fakePoll({ info: '# Sentinel\nmaster0:name=cache,address=10.0.0.1:6379\n' })

  expect(await samplesOf(sentinel, poll)).toEqual([])
  expect(poll.rejected).toEqual([])
})

test('a line that names no master is rejected', async () => {
  const poll = fakePoll({ info: '# Sentinel\nmaster0:cache,ok,10.0.0.1:6379\n' })

  expect(await samplesOf(sentinel, poll)).toEqual([])
  expect(poll.rejected).toEqual(['master0: cache,ok,10.0.0.1:6379'])
})

test.each(['master0_config', 'xmaster0', 'master'])(
  'the line %s is not one of a master',
  async (field) => {
    const info = `# Sentinel\n${field}:name=cache,status=ok,address=10.0.0.1:6379\n`

    expect(await collected(sentinel, { info })).toBe('')
  },
)

test('a count that is no number is rejected', async () => {
  const poll = fakePoll({ info: '# Sentinel\nmaster0:name=cache,status=ok,slaves=?\n' })
  await samplesOf(sentinel, poll)

  expect(poll.rejected).toEqual(['master0 slaves: ?'])
})

test('a server that is no Sentinel has none of it, though it names its master', async () => {
  const info = readFixture('redis-7.0.15/info-replica.txt')

  expect(await collected(sentinel, { info })).toBe('')
})
