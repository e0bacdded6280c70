import { describe, expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { neverReplies } from '../support/peer-behaviours.ts'
import { startPeer } from '../support/scripted-peer.ts'

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
