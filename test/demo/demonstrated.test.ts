import { describe, expect, test } from 'vitest'
import { mistakesOf } from '../support/configured.ts'
import { demonstrated, namesServers } from './demonstrated.ts'

const url = 'redis://127.0.0.1:7777'

describe('whoever names servers to watch sees no demonstration', () => {
  test.each([
    'REDIS_URL',
    'REDIS_ADDR',
    'REDIS_EXPORTER_REDIS_URL',
    'REDIS_EXPORTER_REDIS_ADDR',
    'REDIS_EXPORTER_TARGETS_FILE',
    'REDIS_EXPORTER_SCRAPE_ALLOW',
  ])('by %s', (name) => {
    expect(namesServers({ [name]: 'somewhere' })).toBe(true)
    expect(namesServers({ [name]: '' })).toBe(false)
  })

  test('but whoever names none, whatever else is set', () => {
    expect(namesServers({ REDIS_PASSWORD: 'hunter2', POLL_INTERVAL: '1s' })).toBe(false)
  })
})

describe('towards the demonstration Redis', () => {
  test.each([
    'REDIS_USER',
    'REDIS_PASSWORD',
    'REDIS_PASSWORD_FILE',
    'REDIS_PASSWORD_COMMAND',
    'REDIS_EXPORTER_REDIS_USER',
    'REDIS_EXPORTER_REDIS_PASSWORD',
    'REDIS_EXPORTER_REDIS_PASSWORD_FILE',
    'REDIS_EXPORTER_REDIS_PASSWORD_COMMAND',
  ])('no login of another server goes, as in %s', (name) => {
    expect(given({ [name]: 'hunter2' })).toEqual(given({}))
  })

  test('it is polled often, to show life, unless somebody says how often', () => {
    expect(given({})).toEqual({ REDIS_URL: url, POLL_INTERVAL: '2s' })
    expect(given({ POLL_INTERVAL: '5s' })).toEqual({ REDIS_URL: url, POLL_INTERVAL: '5s' })
    expect(given({ REDIS_EXPORTER_POLL_INTERVAL: '5s' })).toEqual({
      REDIS_URL: url,
      REDIS_EXPORTER_POLL_INTERVAL: '5s',
    })
  })

  test('all other settings are left as they are', () => {
    const others = { REDIS_EXPORTER_CHECK_KEYS: 'session:*', PATH: '/usr/bin' }

    expect(given(others)).toMatchObject(others)
  })

  test('variables that were left empty contradict nothing', () => {
    const empty = { REDIS_ADDR: '', REDIS_EXPORTER_REDIS_URL: '', REDIS_PASSWORD: '' }

    expect(mistakesOf([], given(empty))).toEqual([])
  })

  /** What the exporter is given, without what is taken from it. */
  function given(environment: Readonly<Record<string, string>>): Record<string, string> {
    const entries = Object.entries(demonstrated(url, environment))
    return Object.fromEntries(
      entries.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
    )
  }
})
