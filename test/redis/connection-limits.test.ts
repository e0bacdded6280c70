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
      elements: 25_000,
      bytesTogether: 1_600_000,
    })
  })

  test('are as many bytes and more elements for each reply of a walk, of which thousands may be under way', () => {
    expect(walkBounds({ maxReplyBytes: 1_600_000 })).toEqual({
      bytes: 1_600_000,
      elements: 100_000,
      bytesTogether: 12_800_000,
    })
  })

  test.each([
    ['LATENCY HISTOGRAM of 500 commands that took from 1 us to 1 s', 500 * (2 + 6 + 2 * 20)],
    ['SLOWLOG GET of 500 entries of the most words that it keeps', 500 * (1 + 6 + 32)],
    ['CONFIG GET of 5,000 parameters', 2 * 5_000],
    ['CLUSTER SHARDS of 1,000 nodes', 1_000 * 25],
  ])('leave room for a poll to read %s', (_reply, elements) => {
    expect(pollBounds({}).elements).toBeGreaterThan(elements)
  })

  test('are too small for a poll to read sixty thousand lists', () => {
    expect(pollBounds({}).elements).toBeLessThan(60_000)
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
