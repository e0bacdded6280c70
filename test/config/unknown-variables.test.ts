import { describe, expect, test } from 'vitest'
import { configured } from '../support/configured.ts'

describe('a variable that nobody knows', () => {
  test.each([
    ['REDIS_EXPORTER_POLLINTERVAL', '; did you mean POLL_INTERVAL?'],
    ['REDIS_EXPORTER_INTERVAL', '; see --help'],
    ['REDIS_EXPORTER_INCLUDE_SYSTEM_METRICS', '; did you mean REDIS_EXPORTER_INCL_SYSTEM_METRICS?'],
    ['REDIS_EXPORTER_LOGLEVEL', '; did you mean REDIS_EXPORTER_LOG_LEVEL?'],
    ['REDIS_EXPORTER_CHECK_KEY', '; did you mean REDIS_EXPORTER_CHECK_KEYS?'],
    ['REDIS_EXPORTER_ADDR', '; did you mean REDIS_ADDR?'],
    ['REDIS_EXPORTER_LISTEN_ADDRESS', '; did you mean REDIS_EXPORTER_WEB_LISTEN_ADDRESS?'],
    ['REDIS_EXPORTER_REDIS_PASSWORD_PATH', '; see --help'],
    ['REDIS_EXPORTER_MOOD', '; see --help'],
    ['REDIS_EXPORTER_PORT', '; see --help'],
  ])('is told with the one that was meant, and without its value: %s', (name, meant) => {
    expect(configured([], { [name]: 'hunter2' }).warnings).toEqual([
      `${name} is set and not known${meant}`,
    ])
  })

  test('is none of those that Kubernetes makes of a service', () => {
    const env = {
      REDIS_EXPORTER_SERVICE_HOST: '10.0.0.1',
      REDIS_EXPORTER_SERVICE_PORT: '9121',
      REDIS_EXPORTER_SERVICE_PORT_METRICS: '9121',
      REDIS_EXPORTER_PORT: 'tcp://10.0.0.1:9121',
      REDIS_EXPORTER_PORT_9121_TCP: 'tcp://10.0.0.1:9121',
      REDIS_EXPORTER_PORT_9121_TCP_PROTO: 'tcp',
      REDIS_EXPORTER_PORT_9121_TCP_PORT: '9121',
      REDIS_EXPORTER_PORT_9121_TCP_ADDR: '10.0.0.1',
      REDIS_EXPORTER_CACHE_SERVICE_HOST: '10.0.0.2',
      REDIS_EXPORTER_CACHE_PORT: 'tcp://10.0.0.2:80',
    }

    expect(configured([], env).warnings).toEqual([])
  })

  test('is not told when it is empty, or has another prefix', () => {
    expect(configured([], { REDIS_EXPORTER_MOOD: '', REDIS_MOOD: 'good' }).warnings).toEqual([])
  })
})
