import { type Config, readConfig } from '../../src/config/config.ts'

type Environment = Readonly<Record<string, string>>

/** Collectors as the configuration sees them. */
export const someCollectors = [
  { name: 'memory', help: 'memory' },
  { name: 'latency-histogram', help: 'latency' },
]

/** The configuration that a command line and an environment give; anything else fails the test. */
export function configured(args: readonly string[], env: Environment = {}): Config {
  const request = readConfig({ args, env, collectors: someCollectors })
  if (request.kind !== 'run') throw new Error(`not a configuration: ${JSON.stringify(request)}`)
  return request.config
}

/** What is wrong with a command line and an environment; none when it is a configuration. */
export function mistakesOf(args: readonly string[], env: Environment = {}): readonly string[] {
  const request = readConfig({ args, env, collectors: someCollectors })
  return request.kind === 'mistakes' ? request.mistakes : []
}
