import { describe, expect, test } from 'vitest'
import { shownPath, shownText } from '../../src/config/shown-text.ts'

describe('of an address that stands where none belongs', () => {
  test.each([
    ['redis://:hunter2@10.0.0.1:6379', '"redis://[secret]@10.0.0.1:6379"'],
    ['redis://hunter2@a', '"redis://[secret]@a"'],
    ['user:hunter2@a', '"[secret]@a"'],
    ['redis://:hunter2@a,redis://:hunter2@b', '"redis://[secret]@b"'],
    ['a=redis://:hunter2@b', '"[secret]@b"'],
    ['redis://:hunter@2/hunter2@a', '"redis://[secret]@a"'],
  ])('%j neither user nor password is shown', (text, shown) => {
    expect(shownText(text)).toBe(shown)
  })

  test.each(['redis://a:6379', 'a@b', 'db3:key', '[::1]:80'])('%j is shown as it is', (text) => {
    expect(shownText(text)).toBe(`"${text}"`)
  })
})

describe('the path of a file that holds a secret', () => {
  test.each([
    '/run/secrets/redis-password',
    '/etc/redis-exporter/..2026_11_28_14_33_55.123456789/tls.key',
    '/var/Passwords',
    './tls.key',
    '../keys/client.pem',
    'passwords.json',
    '/mounted/client.key',
  ])('is shown where it plainly is one: %j', (path) => {
    expect(shownPath(path)).toBe(`"${path}"`)
  })

  test.each([
    'hunter2',
    '/hunter2',
    '/hunter2/x+4=',
    'redis/hunter2',
    '{"redis://localhost:6379":"hunter2"}',
    'redis://:hunter2@localhost:6379/tls.key',
    '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n',
    '-----BEGIN PRIVATE KEY----- hunter2 -----END PRIVATE KEY-----',
    `/etc/keys/${'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg'}hunter2`,
    'passwords.json:\nhunter2',
  ])('is not where it may be the secret itself: %j', (path) => {
    expect(shownPath(path)).toBe('the file')
  })
})
