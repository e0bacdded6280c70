import type { Collector } from '../../src/collectors/collector.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { type Command, commandName } from '../../src/redis/command.ts'

/** A collector that reads one command, as often as told, and gives the length of its reply. */
export function readingCollector(name: string, ...command: Command): Collector {
  const metric = gauge(`${name}_length`, 'Length of the reply (a test)')
  return {
    name,
    help: 'a test',
    metrics: [metric],
    commands: [commandName(command)],
    async collect(poll) {
      return [sample(metric, String(await poll.read(...command)).length)]
    },
  }
}

/** A collector that does what the test says. */
export function collectorOf(name: string, collect: Collector['collect']): Collector {
  return { name, help: 'a test', metrics: [], collect }
}
