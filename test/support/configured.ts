import { type Config, readConfig } from '../../src/config/read-config.ts'
import { allCollectors } from './registry.ts'

type Environment = Readonly<Record<string, string>>

/** The configuration that a command line and an environment give; anything else fails the test. */
export function configured(args: readonly string[], env: Environment = {}): Config {
  const request = readConfig({ args, env, collectors: allCollectors })
  if (request.kind !== 'run') throw new Error(`not a configuration: ${JSON.stringify(request)}`)
  return request.config
}

/** What is wrong with a command line and an environment; none when it is a configuration. */
export function mistakesOf(args: readonly string[], env: Environment = {}): readonly string[] {
  const request = readConfig({ args, env, collectors: allCollectors })
  return request.kind === 'mistakes' ? request.mistakes : []
}
