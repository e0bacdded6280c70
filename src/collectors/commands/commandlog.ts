import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { redisError } from '../../redis/redis-error.ts'
import type { Collector, Poll } from '../collector.ts'
import { readParameters } from '../reading/config-parameters.ts'
import { partOf } from '../reading/part.ts'
import { readSample } from '../reading/read-sample.ts'

const lengths = [
  {
    log: 'slow',
    metric: gauge('commandlog_slow_length', 'Entries for slow commands (COMMANDLOG LEN slow)'),
  },
  {
    log: 'large-request',
    metric: gauge(
      'commandlog_large_request_length',
      'Entries for large requests (COMMANDLOG LEN large-request)',
    ),
  },
  {
    log: 'large-reply',
    metric: gauge(
      'commandlog_large_reply_length',
      'Entries for large replies (COMMANDLOG LEN large-reply)',
    ),
  },
]

const parameters = [
  ['commandlog-execution-slower-than', 'Microseconds from which a command is logged as slow'],
  ['commandlog-slow-execution-max-len', 'Entries kept for slow commands'],
  ['commandlog-request-larger-than', 'Bytes from which a request is logged as large'],
  ['commandlog-large-request-max-len', 'Entries kept for large requests'],
  ['commandlog-reply-larger-than', 'Bytes from which a reply is logged as large'],
  ['commandlog-large-reply-max-len', 'Entries kept for large replies'],
].map(([parameter = '', help]) => ({
  parameter,
  metric: gauge(parameter.replaceAll('-', '_'), `${help} (CONFIG GET ${parameter})`),
}))

export const commandlog: Collector = {
  name: 'commandlog',
  help: 'lengths and limits of the command log of Valkey',
  metrics: [...lengths, ...parameters].map(({ metric }) => metric),
  commands: ['commandlog|len', 'config|get'],
  newerCommands: { 'commandlog|len': 'Valkey from 8.1 on' },
  appliesTo: (server) => server.knows('commandlog'),
  async collect(poll) {
    const parts = [
      partOf(poll, 'COMMANDLOG LEN', readLengths(poll), []),
      partOf(poll, 'CONFIG GET', readLimits(poll), []),
    ]
    return (await Promise.all(parts)).flat()
  },
}

async function readLengths(poll: Poll): Promise<Sample[]> {
  const replies = await Promise.all(lengths.map(({ log }) => poll.read('COMMANDLOG', 'LEN', log)))
  return lengths.map(({ metric }, index) => {
    const reply = replies[index]
    if (typeof reply !== 'number') throw redisError('parse', 'COMMANDLOG LEN gave no number')
    return sample(metric, reply)
  })
}

async function readLimits(poll: Poll): Promise<Sample[]> {
  const values = await readParameters(
    poll,
    parameters.map(({ parameter }) => parameter),
  )
  return parameters.flatMap(({ parameter, metric }) =>
    readSample(poll.reject, parameter, values.get(parameter), readNumber, (value) =>
      sample(metric, value),
    ),
  )
}
