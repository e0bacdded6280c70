import { describe, expect, test } from 'vitest'
import { configured, mistakesOf } from '../support/configured.ts'

describe('an empty address', () => {
  test.each<[args: string[], env: Record<string, string>]>([
    [['--redis.addr=', '--scrape.allow=*.example.com:6379'], {}],
    [['--redis.addr', '', '--targets.file=/etc/targets.yaml'], {}],
    [['-redis.url=', '--scrape.allow=a'], { REDIS_ADDR: 'redis://elsewhere' }],
  ])('is none, where servers are named otherwise: %j %j', (args, env) => {
    const config = configured(args, env)

    expect(config.addresses).toEqual([])
    expect(config.warnings).toEqual([])
  })

  test('is a mistake that says what to give, where nothing else names a server', () => {
    expect(mistakesOf(['--redis.addr='])).toEqual([
      '--redis.addr, --redis.url (REDIS_URL, REDIS_ADDR): it is empty, so no server is watched; give an address, or name servers by --targets.file, or those that /scrape may ask for by --scrape.allow',
    ])
  })

  test('is none for whoever asks for the rights of a user', () => {
    expect(mistakesOf(['--redis.addr=', '--acl'])).toEqual([])
  })

  test('is not given by a variable, which nobody filled in then', () => {
    expect(configured([], { REDIS_ADDR: '' }).addresses).toHaveLength(1)
  })
})
