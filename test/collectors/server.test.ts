import { expect, test } from 'vitest'
import { server } from '../../src/collectors/server.ts'
import { encode } from '../../src/metrics/encode.ts'
import { collected, fakePoll, withoutHelp } from '../support/fake-poll.ts'
import { readFixture } from '../support/fixtures.ts'
import { unindented } from '../support/unindented.ts'

test('what Redis 7.0 tells of itself', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(server, { info, unixSeconds: 1_795_489_570 })).toBe(unindented`
    # TYPE redis_configured_hz gauge
    redis_configured_hz 10
    # TYPE redis_hz gauge
    redis_hz 10
    # TYPE redis_instance_info gauge
    redis_instance_info{role="master",redis_version="7.0.15",redis_build_id="ae4d7c971a948f0",redis_mode="standalone",os="Linux 6.1.0 x86_64",maxmemory_policy="noeviction",tcp_port="10179",run_id="c3bd256fe4cdfad2d2fa44600d7ceaa4504f3019",process_id="3302",master_replid="e2384efd3758f6bb744c9d8aa67a80b0f0e936f2"} 1
    # TYPE redis_io_threads_active gauge
    redis_io_threads_active 0
    # TYPE redis_process_id gauge
    redis_process_id 3302
    # TYPE redis_start_time_seconds gauge
    redis_start_time_seconds 1795489564
    # TYPE redis_uptime_in_seconds gauge
    redis_uptime_in_seconds 6
  `)
})

test('Valkey adds its own version and calls the mode by another name', async () => {
  const info = unindented`
    # Server
    redis_version:7.2.4
    valkey_version:8.1.0
    valkey_release_stage:ga
    server_mode:standalone
  `

  expect(await collected(server, { info })).toBe(unindented`
    # TYPE redis_instance_info gauge
    redis_instance_info{role="",redis_version="7.2.4",redis_build_id="",redis_mode="standalone",os="",maxmemory_policy="",tcp_port="",run_id="",process_id="",master_replid="",valkey_version="8.1.0",valkey_release_stage="ga"} 1
  `)
})

test('a label that the server does not report is empty, the ones of Valkey are left out', async () => {
  expect(await collected(server, { info: '# Server\nredis_version:2.8\n' })).toBe(unindented`
    # TYPE redis_instance_info gauge
    redis_instance_info{role="",redis_version="2.8",redis_build_id="",redis_mode="",os="",maxmemory_policy="",tcp_port="",run_id="",process_id="",master_replid=""} 1
  `)
})

test('labels that come and go from server to server do not drop the family', async () => {
  const servers = ['redis_version:7.2.4\nvalkey_version:8.1.0', 'redis_version:7.0.15']
  const samples = await Promise.all(
    servers.map((fields) => server.collect(fakePoll({ info: `# Server\n${fields}\n` }))),
  )
  const text = withoutHelp(encode('redis', samples.flat()).text)

  expect(text.match(/^redis_instance_info\{.*$/gm)).toEqual([
    expect.stringContaining('redis_version="7.2.4",'),
    expect.stringContaining('redis_version="7.0.15",'),
  ])
})

test('without an uptime there is no start time', async () => {
  expect(await collected(server, { info: '# Server\nredis_version:7.0.15\n' })).not.toContain(
    'redis_start_time_seconds',
  )
})

test('the start is the time of the poll less the uptime', async () => {
  const info = '# Server\nuptime_in_seconds:40\n'

  expect(await collected(server, { info, unixSeconds: 1_000.25 })).toContain(
    '# TYPE redis_start_time_seconds gauge\nredis_start_time_seconds 960.25\n',
  )
})

test('KeyDB tells its threads', async () => {
  expect(await collected(server, { info: '# Server\nserver_threads:4\n' })).toContain(
    '# TYPE redis_server_threads_total gauge\nredis_server_threads_total 4\n',
  )
})
