import { describe, expect, it } from 'vitest'
import { betrayal, password } from '../support/betrayal.ts'
import { startProgram } from '../support/child-process.ts'
import { bundle, runExporter } from '../support/exporter.ts'
import { neverReplies } from '../support/peer-behaviours.ts'
import { startPeer } from '../support/scripted-peer.ts'

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

  it('in a variable whose bytes are no UTF-8 name it, and show nothing of it', async () => {
    const given = `REDIS_PASSWORD="$(printf '${password}\\377')" exec "$0"`
    await using run = startProgram({ program: 'sh', args: ['-c', given, bundle] })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    expect(run.stderr()).toContain('--redis.password (REDIS_PASSWORD): the value is not accepted')
    expect(run.stderr()).toContain('stands in --redis.password-file, or percent-encoded')
    expect(run.output()).not.toMatch(betrayal)
  })

  it.each(['redis.addr', 'web.listen-address', 'web.probe-address'])(
    'may be a path that the kernel would cut off, of --%s',
    async (flag) => {
      await using run = runExporter({ args: [`--${flag}=unix:///tmp/${'ü'.repeat(60)}`] })

      expect(await run.exited).toEqual({ code: 2, signal: null })
      expect(run.stderr()).toContain(`--${flag}`)
      expect(run.stderr()).toContain('107 bytes at most')
    },
  )

  it('that are a password without its flag are not repeated', async () => {
    await using run = runExporter({ args: ['--redis.pasword', password] })

    expect(await run.exited).toEqual({ code: 2, signal: null })
    expect(run.stderr()).toContain('did you mean --redis.password?')
    expect(run.output()).not.toMatch(betrayal)
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

describe.concurrent('a place where nobody can listen', () => {
  it.each([
    ['--web.listen-address', 'unix:///none/x.sock', 'its folder does not exist'],
    ['--web.listen-address', `unix://${import.meta.filename}`, 'what is there is no socket'],
    ['--web.probe-address', `unix://${import.meta.dirname}`, 'what is there is no socket'],
  ])('ends it with 1, by %s at %s: %s', async (flag, place, why) => {
    await using run = runExporter({ args: [`${flag}=${place}`, '--redis.addr=127.0.0.1:1'] })

    expect(await run.exited).toEqual({ code: 1, signal: null })
    expect(run.output()).toContain(`cannot listen on ${place}: ${why}; see ${flag}`)
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
