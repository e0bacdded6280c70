import { describe, expect, test, vi } from 'vitest'
import { isLinear } from './support/linear-expressions.ts'
import { madeExpressions, sourcesIn, writtenExpressions } from './support/regular-expressions.ts'

// A search of all ways through a pattern, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 120_000 })

// Where what a server sends is read.
const paths = sourcesIn('redis', 'metrics', 'collectors', 'keyspace', 'walk', 'poller')

describe('no regular expression tries the same part of a text again and again', () => {
  const written = paths.flatMap((path) =>
    writtenExpressions(path).map((expression) => ({ path, expression })),
  )

  test.each(written)('$path: $expression', ({ expression }) => {
    expect(isLinear(expression)).toBe(true)
  })

  test('among those that are made of texts', async () => {
    vi.resetModules()
    // Collectors load what reads their options, whose texts are those of the operator.
    await madeExpressions(sourcesIn('options'))
    const made = await madeExpressions(paths)

    expect(made.size).toBeGreaterThan(3)
    expect([...made].filter(([, one]) => !isLinear(one)).map(([source]) => source)).toEqual([])
  })

  test.each([/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, /\baccess\b.*\bkeys?\b/])(
    'which %s would do',
    (expression) => {
      expect(isLinear(expression)).toBe(false)
    },
  )
})
