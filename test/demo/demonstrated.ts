import { type Environment, variablesOf } from '../../src/config/given.ts'
import { options } from '../../src/config/options.ts'
import type { Option } from '../../src/options/option.ts'

const { address, targetsFile, scrapeAllow, pollInterval } = options
const { user, password, passwordFile, passwordCommand } = options

const naming = [address, targetsFile, scrapeAllow]
const logins = [user, password, passwordFile, passwordCommand]

/** Whether an environment names servers to watch, so that there is nothing to demonstrate. */
export function namesServers(environment: Environment): boolean {
  return naming.some((option) => isSet(option, environment))
}

/** The environment for a demonstration: logins in it are for other servers; a short interval shows life. */
export function demonstrated(url: string, environment: Environment): Environment {
  const cleared = [address, ...logins].flatMap(variablesOf).map((name) => [name, undefined])
  return {
    ...environment,
    ...Object.fromEntries(cleared),
    REDIS_URL: url,
    ...(isSet(pollInterval, environment) ? {} : { POLL_INTERVAL: '2s' }),
  }
}

function isSet(option: Option, environment: Environment): boolean {
  return variablesOf(option).some((name) => Boolean(environment[name]))
}
