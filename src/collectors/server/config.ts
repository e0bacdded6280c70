import { gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { configCommand } from '../../options/config-command.ts'
import { longestLine } from '../../redis/info.ts'
import { isAbsence, isRedisError, redisError } from '../../redis/redis-error.ts'
import { isRenamed } from '../../redis/renamed-command.ts'
import { collector, type Poll } from '../collector.ts'
import { readParameters } from '../reading/config-parameters.ts'
import { readSample } from '../reading/read-sample.ts'

const numbers: readonly { parameter: string; metric: Metric<never, never> }[] = [
  ['io-threads', 'config_io_threads', 'I/O threads as configured'],
  ['maxclients', 'config_maxclients', 'Client connections admitted as configured'],
  ['maxmemory', 'config_maxmemory', 'Limit of memory as configured, in bytes; 0 is none'],
  ['repl-backlog-size', 'config_repl_backlog_size', 'Size of the backlog as configured, in bytes'],
].map(([parameter = '', name = '', help]) => ({
  parameter,
  metric: gauge(name, `${help} (CONFIG GET ${parameter})`),
}))

const limitsParameter = 'client-output-buffer-limit'

const limitBytes = gauge(
  'config_client_output_buffer_limit_bytes',
  `Limit of the output buffer of a class of clients; 0 is none (CONFIG GET ${limitsParameter})`,
  ['class', 'limit'],
)
const limitSeconds = gauge(
  'config_client_output_buffer_limit_overcome_seconds',
  `How long a class of clients may exceed its soft limit (CONFIG GET ${limitsParameter})`,
  ['class', 'limit'],
)

export const config = collector({
  name: 'config',
  help: 'limits as configured, from CONFIG GET of these parameters by name',
  metrics: [...numbers.map(({ metric }) => metric), limitBytes, limitSeconds],
  commands: ['config|get'],
  options: { configCommand },
  appliesTo: ({ knows, missesConfig }) => missesConfig ?? knows('config'),
  async collect(poll) {
    const names = [...numbers.map(({ parameter }) => parameter), limitsParameter]
    const values = await readNamed(poll, names)
    const samples = numbers.flatMap(({ parameter, metric }) =>
      readSample(poll.reject, parameter, values.get(parameter), readNumber, (value) =>
        sample(metric, value),
      ),
    )
    const limits = values.get(limitsParameter)
    return limits === undefined ? samples : [...samples, ...readLimits(limits, poll.reject)]
  },
})

// What a server does not have is no failure, unless somebody says under which name it has it.
async function readNamed(poll: Poll<{ readonly configCommand: string }>, names: readonly string[]) {
  const missed = () =>
    redisError('other', 'the server has no command of the name in --config-command')
  if (poll.server.missesConfig) throw missed()
  try {
    return await readParameters(poll, names)
  } catch (error) {
    const isNamed = isRenamed(poll.settings.configCommand)
    throw isNamed && isRedisError(error) && isAbsence(error) ? missed() : error
  }
}

// Groups of four words: normal 0 0 0 slave 268435456 67108864 60
function readLimits(text: string, reject: Poll['reject']): Sample[] {
  if (text.length > longestLine) {
    reject(limitsParameter, text)
    return []
  }
  const words = text.split(' ').filter((word) => word !== '')
  const samples: Sample[] = []
  for (let index = 0; index < words.length; index += 4) {
    const [name = '', ...given] = words.slice(index, index + 4)
    const [hard, soft, seconds] = given.map(readNumber)
    if (hard === undefined || soft === undefined || seconds === undefined) {
      reject(limitsParameter, text)
      continue
    }
    samples.push(
      sample(limitBytes, hard, { class: name, limit: 'hard' }),
      sample(limitBytes, soft, { class: name, limit: 'soft' }),
      sample(limitSeconds, seconds, { class: name, limit: 'soft' }),
    )
  }
  return samples
}
