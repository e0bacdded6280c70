import { expect, test } from 'vitest'
import { commandCosts } from './command-costs.ts'

test('the cost of an action is what the server counted, without our own looks', async () => {
  const server = scriptedServer()

  const costs = await commandCosts(server, async () => {
    server.run('get', 7)
    server.run('config|get', 100)
    server.run('latency|histogram', 30)
  })

  expect(costs).toEqual({ calls: 3, microseconds: 137, ofLatencyHistogram: 30 })
})

/** Counts commands as Redis does: a look counts itself when it has been answered. */
function scriptedServer() {
  const stats = new Map([['set', { calls: 5, microseconds: 50 }]])
  const run = (name: string, microseconds: number) => {
    const { calls, microseconds: sum } = stats.get(name) ?? { calls: 0, microseconds: 0 }
    stats.set(name, { calls: calls + 1, microseconds: sum + microseconds })
  }
  const info = async () => {
    const lines = [...stats].map(
      ([name, { calls, microseconds }]) =>
        `cmdstat_${name}:calls=${calls},usec=${microseconds},usec_per_call=1.00\r\n`,
    )
    run('info', 40)
    return `# Commandstats\r\n${lines.join('')}`
  }
  return { run, info }
}
