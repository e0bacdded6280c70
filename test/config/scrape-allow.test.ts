import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { configured, mistakesOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

describe('what strangers may ask for', () => {
  const name = '--scrape.allow (REDIS_EXPORTER_SCRAPE_ALLOW)'

  test('is told without what was given, which may be a password', () => {
    expect(mistakesOf(['--scrape.allow=a,user:hunter2@b'])).toEqual([
      expect.stringMatching(
        /^--scrape\.allow \(REDIS_EXPORTER_SCRAPE_ALLOW\): the value is not accepted: of its rules, number 2 is none: whom to log in as stands behind the place, as in host=user@file; give rules separated by commas, /,
      ),
    ])
  })

  test('needs the files of passwords that it names', () => {
    const request = readConfig({
      args: ['--scrape.allow=a:1=/run/gone,b:1=user@/there'],
      env: {},
      collectors: allCollectors,
      readFile(path) {
        if (path === '/run/gone') throw new Error('gone')
        return 'hunter2'
      },
    })

    expect(request).toMatchObject({
      mistakes: [`${name}: "/run/gone" cannot be read; give files that can be`],
    })
  })

  test('cannot be asked for without /scrape', () => {
    expect(mistakesOf(['--scrape.allow=a', '--disable-scrape-endpoint'])).toEqual([
      `${name}: --disable-scrape-endpoint is given as well; give one of them`,
    ])
  })

  test('takes the place of the address that there is by default, not of one that is given', () => {
    expect(configured(['--scrape.allow=a']).addresses).toEqual([])
    expect(configured(['--scrape.allow=a', '--redis.addr=b']).addresses).toHaveLength(1)
    expect(configured(['--scrape.allow=']).addresses).toHaveLength(1)
  })

  test('may ask for TLS, so settings of it are not said to be without effect', () => {
    expect(configured(['--scrape.allow=a', '--skip-tls-verification']).warnings).toEqual([])
    expect(configured(['--scrape.max-targets=7']).warnings).toEqual([
      expect.stringContaining('has no effect without --scrape.allow'),
    ])
  })
})
