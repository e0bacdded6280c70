import { describe, expect, test } from 'vitest'
import { maximumSilence, pollBounds, walkBounds } from '../../src/redis/connection-limits.ts'
import { configured } from '../support/configured.ts'

describe('the bounds of replies', () => {
  test('are those of the option where nothing is given', () => {
    expect(pollBounds(configured([]))).toEqual(pollBounds({}))
  })

  test('follow the option, in bytes and in elements', () => {
    expect(pollBounds(configured(['--redis.max-reply-bytes=1600000']))).toEqual({
      bytes: 1_600_000,
      elements: 100_000,
      bytesTogether: 1_600_000,
    })
  })

  test('are the same for each reply of a walk, of which thousands may be under way', () => {
    expect(walkBounds({ maxReplyBytes: 1_600_000 })).toEqual({
      bytes: 1_600_000,
      elements: 100_000,
      bytesTogether: 12_800_000,
    })
  })

  test('leave room for a SCAN of the largest batch', () => {
    expect(walkBounds({}).elements).toBeGreaterThan(100_000)
  })
})

describe('how long a server may be silent', () => {
  test('is half a minute', () => expect(maximumSilence({})).toBe(30_000))

  test('is no shorter than a poll may take', () => {
    expect(maximumSilence({ pollTimeout: 1_000 })).toBe(30_000)
    expect(maximumSilence({ pollTimeout: 90_000 })).toBe(90_000)
  })
})
