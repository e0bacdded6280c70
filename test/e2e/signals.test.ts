import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'

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
