import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { runExporter, startExporter } from '../support/exporter.ts'
import { readPage } from '../support/page-text.ts'
import { neverReplies } from '../support/peer-behaviours.ts'
import { startRedis } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const password = 'hunter2@/tr0ub4dor'
const betrayal = /hunter2|tr0ub4dor/

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

describe.concurrent('flags without effect', () => {
  it('are told at start with the reason, and change nothing', async () => {
    await using peer = await startPeer(neverReplies)
    await using exporter = await startExporter({
      args: ['--connection-timeout=1s'],
      env: { REDIS_URL: peer.url },
    })

    await exporter.waitForLog('listening')
    expect(exporter.logs().match(/WARN: .* has no effect: .*/g)).toEqual([
      'WARN: --connection-timeout (REDIS_EXPORTER_CONNECTION_TIMEOUT) has no effect: poll.timeout covers connecting too',
    ])
  })
})

describe.concurrent('mistakes in the configuration', () => {
  it('are reported all at once, and end it with 2 before anything is started', async () => {
    await using peer = await startPeer(neverReplies)
    await using run = runExporter({
      args: ['--log-level=loud', '--pol.interval=5s', '--collect.latency=perhaps'],
      env: { REDIS_URL: peer.url, POLL_INTERVAL: '1.5s', NAMESPACE: '7th' },
    })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    expect(run.stdout()).toBe('')
    for (const mistake of [
      '--pol.interval: there is no such flag; did you mean --poll.interval?',
      '--log-level (REDIS_EXPORTER_LOG_LEVEL): "loud" is not accepted; give one of ',
      '--poll.interval (POLL_INTERVAL): "1.5s" is not accepted; give a whole number of seconds',
      '--namespace (REDIS_EXPORTER_NAMESPACE, NAMESPACE): "7th" is not accepted',
      '--collect.latency (REDIS_EXPORTER_COLLECT_LATENCY): "perhaps" is not accepted',
    ]) {
      expect(run.stderr()).toContain(mistake)
    }
    expect(peer.connections()).toBe(0)
  })

  it('in a file that it names are among them', async () => {
    await using run = runExporter({
      args: ['--tls-ca-cert-file=/dev/null', '--tls-client-cert-file=/none'],
    })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    for (const mistake of [
      '--tls-ca-cert-file (REDIS_EXPORTER_TLS_CA_CERT_FILE): "/dev/null" is not accepted; give ',
      '--tls-client-cert-file (REDIS_EXPORTER_TLS_CLIENT_CERT_FILE): "/none" cannot be read (ENOENT)',
      '--tls-client-key-file (REDIS_EXPORTER_TLS_CLIENT_KEY_FILE): the value is missing; ',
    ]) {
      expect(run.stderr()).toContain(mistake)
    }
  })

  it('in an address or beside a password betray neither', async () => {
    await using run = runExporter({
      args: [`--redis.addr=redsi://:${password}@localhost:6379`, '--poll.interval=0'],
      env: { REDIS_PASSWORD: password },
    })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    expect(run.stderr()).toContain('--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR)')
    expect(run.output()).not.toMatch(betrayal)
  })

  it('that are a password without its flag are not repeated', async () => {
    await using run = runExporter({ args: ['--redis.pasword', password] })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    expect(run.stderr()).toContain('did you mean --redis.password?')
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

describe.concurrent('half a protection', () => {
  it.each([
    ['REDIS_EXPORTER_BASIC_AUTH_USERNAME', password, '--basic-auth-password'],
    ['REDIS_EXPORTER_BASIC_AUTH_PASSWORD', password, '--basic-auth-username'],
    ['REDIS_EXPORTER_TLS_SERVER_CERT_FILE', 'package.json', '--tls-server-key-file'],
  ])(
    'ends it with 2 when %s stands alone, and no port is open',
    async (variable, value, lacking) => {
      await using peer = await startPeer(neverReplies)
      await using run = runExporter({ env: { REDIS_URL: peer.url, [variable]: value } })

      expect(await run.exited).toEqual({ code: 2, signal: null })
      expect(run.stderr()).toContain(`${lacking} (`)
      expect(run.stderr()).toContain(`(${variable}) does not do without`)
      expect(run.output()).not.toMatch(betrayal)
      expect(peer.connections()).toBe(0)
    },
  )
})

describe.concurrent('the namespace', () => {
  it('is told at start with the variable that it came from, whenever it is not redis', async () => {
    await using peer = await startPeer(neverReplies)
    await using exporter = await startExporter({
      args: ['--log-format=json'],
      env: { REDIS_URL: peer.url, NAMESPACE: 'shop' },
    })

    expect(JSON.parse(await exporter.waitForLog('starting'))).toMatchObject({
      namespace: 'shop',
      namespaceFrom: 'NAMESPACE',
    })
  })

  it('is not spoken of when it is redis', async () => {
    await using peer = await startPeer(neverReplies)
    await using exporter = await startExporter({ env: { REDIS_URL: peer.url } })

    expect(await exporter.waitForLog('starting')).not.toContain('amespace')
  })
})

describe.concurrent('variables with the prefix of this exporter', () => {
  it('are read where they are guessed from others, and warned of where nobody knows them', async () => {
    await using peer = await startPeer(neverReplies)
    await using exporter = await startExporter({
      env: {
        REDIS_URL: peer.url,
        REDIS_EXPORTER_POLL_INTERVAL: '7s',
        REDIS_EXPORTER_LOGLEVEL: 'debug',
        REDIS_EXPORTER_PORT_9121_TCP: 'tcp://10.0.0.1:9121',
      },
    })

    await exporter.waitForLog('listening')
    expect(exporter.logs()).toContain('"interval":"7s"')
    expect(exporter.logs().match(/WARN: .*/g)).toEqual([
      'WARN: REDIS_EXPORTER_LOGLEVEL is set and not known; did you mean REDIS_EXPORTER_LOG_LEVEL?',
    ])
  })
})

describe.concurrent('a file with the password', () => {
  it.each([
    ['plain', (text: string) => `${text}\n`],
    ['as the Go exporter has it', (text: string, url: string) => JSON.stringify({ [url]: text })],
  ])('is read for each connection, so that a new one is used: %s', async (_form, write) => {
    await using redis = await startRedis({ args: ['--requirepass', 'first'] })
    const client = redis.client()
    await client.auth('first')
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'password')
    await writeFile(file, write('first', redis.url))
    await using exporter = await startExporter({
      args: ['--poll.interval=1s'],
      env: { REDIS_URL: redis.url, REDIS_PASSWORD_FILE: file },
    })
    await exporter.waitForLog('INFO: up')

    await client.config('SET', 'requirepass', 'second')
    await client.call('CLIENT', 'KILL', 'SKIPME', 'yes')
    await exporter.waitForLog('WARN: down')
    await writeFile(file, write('second', redis.url))

    await exporter.waitForLog('up again')
    expect(exporter.logs()).not.toMatch(/first|second"/)
  })
})

describe.concurrent('what a new user sees of a server', () => {
  it('is what it calls itself: in the log, in /ready and on the page', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
    const { redis_version, valkey_version } = await redis.info('server')
    const name = valkey_version ? `Valkey ${valkey_version}` : `Redis ${redis_version}`

    expect(await exporter.waitForLog('INFO: up')).toContain(`"server":"${name}"`)
    const { body } = await exporter.get('/ready')
    expect(JSON.parse(body).targets).toMatchObject([{ state: 'up', server: name }])
    expect(readPage((await exporter.get('/')).body).text()).toContain(` ${name} · master`)
  })

  it('is what its user may not do, and what to grant, in all three places', async () => {
    await using redis = await startRedis()
    const rules = ['on', '>secret', '+info', '+command|info', '+client|setname', '+config|get']
    await redis.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    const url = redis.url.replace('redis://', 'redis://watcher:secret@')
    await using exporter = await startExporter({ env: { REDIS_URL: url } })

    const denied = 'the user may not run the command (NOPERM)'
    const remedy =
      'grant +slowlog|len +slowlog|get (ACL SETUSER), or --collect.slowlog=false switches it off'
    expect(await exporter.waitForLog('"collector":"slowlog"')).toContain(
      `collector failed: ${denied}; ${remedy}`,
    )
    await exporter.waitForLog('INFO: up')
    const { body } = await exporter.get('/ready')
    expect(JSON.parse(body).targets[0].failures).toContainEqual({
      collector: 'slowlog',
      reason: 'noperm',
      message: denied,
      remedy,
    })
    const rows = readPage((await exporter.get('/')).body).texts('#collectors tbody tr')
    const text = rows.find((row) => row.includes('slowlog'))
    expect(text).toContain(`noperm: ${denied} Grant ${remedy.slice('grant '.length)}.`)
  })
})

describe.concurrent('a port that is in use', () => {
  it('is named, and ends it with 1', async () => {
    await using peer = await startPeer(neverReplies)
    await using run = runExporter({
      args: [`--web.listen-address=127.0.0.1:${peer.port}`],
      env: { REDIS_URL: `redis://:${password}@127.0.0.1:1` },
    })

    expect(await run.exited).toEqual({ code: 1, signal: null })
    expect(run.output()).toContain(
      `cannot listen on 127.0.0.1:${peer.port}: another program listens there; ` +
        'see --web.listen-address',
    )
    expect(run.output()).not.toMatch(betrayal)
  })
})
