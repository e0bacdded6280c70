import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { betrayal, password } from '../support/betrayal.ts'
import { runExporter, startExporter } from '../support/exporter.ts'
import { neverReplies } from '../support/peer-behaviours.ts'
import { startRedis } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'

describe.concurrent('redis-exporter --version', () => {
  it('prints version, commit and Node.js, and exits with 0', async () => {
    await using run = runExporter({ args: ['--version'] })

    expect(await run.exited).toEqual({ code: 0, signal: null })
    expect(run.stdout()).toMatch(
      /^redis-exporter \d+\.\d+\.\d+ \(commit ([0-9a-f]{40}|unknown), Node\.js v\d+\.\d+\.\d+\)\n$/,
    )
    expect(run.stdout()).toContain(` ${packageJson.version} `)
    expect(run.stderr()).toBe('')
  })
})

describe.concurrent('redis-exporter --help', () => {
  it('prints flags, environment variables and defaults, and exits with 0', async () => {
    await using run = runExporter({ args: ['--help'] })

    expect(await run.exited).toEqual({ code: 0, signal: null })
    expect(run.stdout()).toContain('--poll.interval')
    expect(run.stdout()).toMatch(/env\s+POLL_INTERVAL;\s+default\s+15s/)
    expect(run.stderr()).toBe('')
  })

  it('fits a terminal of 80 columns', async () => {
    await using run = runExporter({ args: ['--help'] })

    await run.exited
    expect(run.stdout().split('\n').length).toBeGreaterThan(50)
    expect(
      run
        .stdout()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([])
  })

  it('shows no secret of the environment', async () => {
    await using run = runExporter({
      args: ['--help'],
      env: { REDIS_URL: `redis://:${password}@127.0.0.1:6379`, REDIS_PASSWORD: password },
    })

    await run.exited
    expect(run.output()).not.toMatch(betrayal)
  })
})

describe.concurrent('redis-exporter --acl', () => {
  it('prints a line with a placeholder for the password, and exits with 0', async () => {
    await using run = runExporter({
      args: ['--acl', '--check-keys=user:*'],
      env: { REDIS_USER: 'watcher', REDIS_PASSWORD: password },
    })

    expect(await run.exited).toEqual({ code: 0, signal: null })
    expect(run.stdout()).toMatch(
      /^ACL SETUSER watcher on >PASSWORD resetkeys %R~user:\* -@all \+info (\+[a-z|-]+ ?)+\n/,
    )
    expect(run.output()).not.toMatch(betrayal)
  })
})

describe.concurrent('flags and environment', () => {
  it('with one dash or two, a flag beats the environment', async () => {
    await using peer = await startPeer(neverReplies)
    await using exporter = await startExporter({
      args: ['-redis.addr', peer.url, '--poll.interval=7s', '-log-format', 'json'],
      env: { REDIS_URL: 'redis://127.0.0.1:1', POLL_INTERVAL: '9s' },
    })

    expect(JSON.parse(await exporter.waitForLog('starting'))).toMatchObject({
      targets: [peer.url],
      interval: '7s',
    })
  })

  it('with --collect.<name>=false a collector is left out, and its commands are not sent', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      args: ['--collect.slowlog=false'],
      env: { REDIS_URL: redis.url },
    })

    await exporter.waitForLog('INFO: up')

    const { body } = await exporter.get('/metrics')
    expect(body).toContain('redis_exporter_collector_success{collector="latency"} 1')
    expect(body).not.toContain('slowlog')
    const commands = Object.keys(await redis.info('commandstats'))
    expect(commands).toContain('cmdstat_latency|latest')
    expect(commands.filter((name) => name.includes('slowlog'))).toEqual([])
  })
})
