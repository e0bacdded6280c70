import { expect, test } from 'vitest'
import { createServer } from '../../../src/collectors/server/server.ts'
import { collected, fakePoll, samplesOf, textOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('what Redis 7.0 tells of itself', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(createServer(), { info, unixSeconds: 1_795_489_570 })).toBe(unindented`
    # TYPE redis_clock_offset_seconds gauge
    redis_clock_offset_seconds -0.432204
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
    redis_start_time_seconds 1795489563
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

  expect(await collected(createServer(), { info })).toBe(unindented`
    # TYPE redis_instance_info gauge
    redis_instance_info{role="",redis_version="7.2.4",redis_build_id="",redis_mode="standalone",os="",maxmemory_policy="",tcp_port="",run_id="",process_id="",master_replid="",valkey_version="8.1.0",valkey_release_stage="ga"} 1
  `)
})

test('Redict names fields after itself', async () => {
  const info = unindented`
    # Server
    redict_version:7.3.6
    redict_build_id:43a22ff13ad48b03
    redict_mode:standalone
    redis_version:7.2.4
  `

  expect(await collected(createServer(), { info })).toBe(unindented`
    # TYPE redis_instance_info gauge
    redis_instance_info{role="",redis_version="7.2.4",redis_build_id="43a22ff13ad48b03",redis_mode="standalone",os="",maxmemory_policy="",tcp_port="",run_id="",process_id="",master_replid=""} 1
  `)
})

test('a label that the server does not report is empty, the ones of Valkey are left out', async () => {
  expect(
    await collected(createServer(), { info: '# Server\nredis_version:2.8\n' }),
  ).toBe(unindented`
    # TYPE redis_instance_info gauge
    redis_instance_info{role="",redis_version="2.8",redis_build_id="",redis_mode="",os="",maxmemory_policy="",tcp_port="",run_id="",process_id="",master_replid=""} 1
  `)
})

test('labels that come and go from server to server do not drop the family', async () => {
  const servers = ['redis_version:7.2.4\nvalkey_version:8.1.0', 'redis_version:7.0.15']
  const samples = await Promise.all(
    servers.map((fields) => samplesOf(createServer(), fakePoll({ info: `# Server\n${fields}\n` }))),
  )
  const text = textOf(samples.flat())

  expect(text.match(/^redis_instance_info\{.*$/gm)).toEqual([
    expect.stringContaining('redis_version="7.2.4",'),
    expect.stringContaining('redis_version="7.0.15",'),
  ])
})

test('without an uptime there is no start time', async () => {
  expect(
    await collected(createServer(), { info: '# Server\nredis_version:7.0.15\n' }),
  ).not.toContain('redis_start_time_seconds')
})

test('the start stays what it was for as long as a server runs, whatever the clocks round', async () => {
  const one = createServer()
  const starts: unknown[] = []
  // Whole seconds of the server beside the milliseconds of our clock, and of its own.
  for (const [uptime, micros, unixSeconds] of [
    [40, 1_000_999_000, 1_001.7],
    [40, 1_000_001_000, 1_003.2],
    [41, 1_001_500_000, 999.1],
    [42, 1_001_999_999, 1_000],
  ]) {
    const info = `# Server\nrun_id:a\nuptime_in_seconds:${uptime}\nserver_time_usec:${micros}\n`
    const samples = await samplesOf(one, fakePoll({ info, unixSeconds: unixSeconds ?? 0 }))
    starts.push(samples.find(({ metric }) => metric.name === 'start_time_seconds')?.value)
  }

  expect(starts).toEqual([960, 960, 960, 960])
})

test('the start is another one for another run, and where the clock of the server was set', async () => {
  const one = createServer()
  const startOf = async (runId: string, unixSeconds: number, uptime: number) => {
    const info = `# Server\nrun_id:${runId}\nuptime_in_seconds:${uptime}\n`
    const samples = await samplesOf(one, fakePoll({ info, unixSeconds }))
    return samples.find(({ metric }) => metric.name === 'start_time_seconds')?.value
  }

  expect(await startOf('a', 1_000.25, 40)).toBe(960)
  expect(await startOf('a', 1_011.95, 50)).toBe(960)
  expect(await startOf('b', 1_012, 0)).toBe(1_012)
  expect(await startOf('b', 5_012, 10)).toBe(5_002)
})

test('the start is the time of the poll less the uptime where the server tells no time', async () => {
  const info = '# Server\nuptime_in_seconds:40\n'

  expect(await collected(createServer(), { info, unixSeconds: 1_000.25 })).toContain(
    '# TYPE redis_start_time_seconds gauge\nredis_start_time_seconds 960\n',
  )
})

test('KeyDB tells its threads', async () => {
  expect(await collected(createServer(), { info: '# Server\nserver_threads:4\n' })).toContain(
    '# TYPE redis_server_threads_total gauge\nredis_server_threads_total 4\n',
  )
})

test('Valkey 8 tells its name and its availability zone, where it has one', async () => {
  const recorded = readFixture('valkey-8-dev/info-everything.txt')
  const info = recorded.replace('availability_zone:', 'availability_zone:eu-central-1a')
  const labels = async (text: string) =>
    /^redis_instance_info\{.*master_replid="[^"]*",?(.*)\} 1$/m.exec(
      await collected(createServer(), { info: text }),
    )?.[1]

  expect(await labels(recorded)).toBe('valkey_version="255.255.255",server_name="valkey"')
  expect(await labels(info)).toBe(
    'valkey_version="255.255.255",server_name="valkey",availability_zone="eu-central-1a"',
  )
})

test('each address that the server listens on is told', async () => {
  const info = unindented`
    # Server
    listener0:name=tcp,bind=*,bind=-::*,port=21420
    listener1:name=unix,bind=/run/redis.sock
    listener2:name=unix,bind=/run/a b=c,d.sock
    listeners:name=none,bind=1.2.3.4
  `

  expect(await collected(createServer(), { info })).toContain(unindented`
    # TYPE redis_listener_info gauge
    redis_listener_info{name="tcp",bind="*",port="21420"} 1
    redis_listener_info{name="tcp",bind="-::*",port="21420"} 1
    redis_listener_info{name="unix",bind="/run/redis.sock",port=""} 1
    redis_listener_info{name="unix",bind="/run/a b=c,d.sock",port=""} 1
  `)
})

test.each([
  [1_795_489_570.25, -2.25],
  [1_795_489_565.5, 2.5],
])('a poll at %d sees how far the clock of the server is ahead: %d s', async (now, offset) => {
  const info = '# Server\nserver_time_usec:1795489568000000\n'

  expect(await collected(createServer(), { info, unixSeconds: now })).toContain(
    `# TYPE redis_clock_offset_seconds gauge\nredis_clock_offset_seconds ${offset}\n`,
  )
})

test('a shutdown that waits for replicas tells how long, in seconds', async () => {
  expect(
    await collected(createServer(), { info: '# Server\nshutdown_in_milliseconds:9500\n' }),
  ).toContain('# TYPE redis_shutdown_in_seconds gauge\nredis_shutdown_in_seconds 9.5\n')
})

test('Valkey 8.1 tells how often it looks after its clients', async () => {
  expect(await collected(createServer(), { info: '# Server\nclients_hz:10\n' })).toContain(
    '# TYPE redis_clients_hz gauge\nredis_clients_hz 10\n',
  )
})
