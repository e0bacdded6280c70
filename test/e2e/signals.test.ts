import { expect, it } from 'vitest'
import { runExporter, startExporter } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'

it.concurrent.each(['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
  '%s is ignored, with a line in the log',
  async (signal) => {
    await using exporter = await startExporter()
    await exporter.waitForLog('listening')

    exporter.signal(signal)

    expect(await exporter.waitForLog('signal ignored')).toContain(`{"signal":"${signal}"}`)
    expect((await exporter.get('/healthz')).status).toBe(200)
    // Node.js would tell on its standard error of the port that it opens for a debugger.
    expect(exporter.logs()).not.toMatch(/debugger/i)
    expect(await exporter.stop()).toEqual({ code: 0, signal: null })
  },
)

// A start that takes for ever: whoever is asked to listen never does.
const neverListens = `
  import net from 'node:net'
  net.Server.prototype.listen = function () {
    console.log('asked to listen')
    return this
  }`

it.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
  '%s while the exporter still starts ends it at once, with exit code 0',
  async (signal) => {
    await using exporter = runExporter({ env: { NODE_OPTIONS: importing(neverListens) } })
    await exporter.waitForLine('asked to listen')

    exporter.signal(signal)

    expect(await exporter.exited).toEqual({ code: 0, signal: null })
    expect(exporter.output()).not.toContain('stopping')
  },
)
