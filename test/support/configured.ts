import { type Config, readConfig } from '../../src/config/read-config.ts'
import { labelNames } from '../../src/metrics/label-names.ts'
import type { ProgramCall } from '../../src/targets/password-command.ts'
import type { Login } from '../../src/targets/wanted-target.ts'
import { allCollectors } from './registry.ts'

// What a file or a command gives tells which one it was.
const passwords = {
  readFile: async (path: string) => `of ${path}`,
  runCommand: async ({ program, args }: ProgramCall) => `of ${[program, ...args].join(', ')}`,
}

const takenLabels = labelNames(allCollectors.flatMap(({ metrics }) => metrics))

type Environment = Readonly<Record<string, string>>

// As that of a pod of a StatefulSet.
const hostName = 'exporter-4'

/** The configuration that a command line and an environment give; anything else fails the test. */
export function configured(args: readonly string[], env: Environment = {}): Config {
  const request = readConfig({ args, env, collectors: allCollectors, passwords, hostName })
  if (request.kind !== 'run') throw new Error(`not a configuration: ${JSON.stringify(request)}`)
  return request.config
}

/** As whom a configuration with one address logs in there. */
export function loginOf({ addresses }: Config): Login {
  const [only, ...others] = addresses
  if (only === undefined || others.length > 0) throw new Error('there is not one address')
  return only.login
}

/** What is wrong with a command line and an environment; none when it is a configuration. */
export function mistakesOf(
  args: readonly string[],
  env: Environment = {},
  name = hostName,
): readonly string[] {
  const surroundings = { args, env, collectors: allCollectors, takenLabels, hostName: name }
  const request = readConfig(surroundings)
  return request.kind === 'mistakes' ? request.mistakes : []
}
